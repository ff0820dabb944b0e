"""The HTML report in a real browser, opened from disk: what a reader sees, by pointer, by keyboard and by address."""

import re
import shutil
import urllib.parse

import pytest

from conftest import LAST_NET_S, Runner

pytestmark = pytest.mark.native_only  # the page runs in a browser, not in the harness

BROWSER_OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1360,1000"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason="no python3-selenium here")
    service = pytest.importorskip("selenium.webdriver.chrome.service")
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("no chromium with chromedriver (package chromium-driver) here")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for option in [*BROWSER_OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"]:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=service.Service(shutil.which("chromedriver")), options=options)
    driver.set_page_load_timeout(LAST_NET_S)
    yield driver
    driver.quit()


# The writer ends, and a child of it keeps the end of the pipe that the reader waits for.
KEPT = """
summary: a child keeps what its parent should close
links: { feed: pipe, idle: pipe }
roles:
  reader: { command: [cat], fds: { 0: feed.read } }
  writer: { command: [sh, -c, "cat <&5 & echo one"], fds: { 1: feed.write, 5: idle.read, 6: idle.write } }
checkers: [progress]
"""
SKIPPED = KEPT + "programs: { no-such-program: none }\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run with a hang that nobody expected, one in which all is as expected, and one of programs of one's own."""
    runner = Runner(tmp_path_factory.mktemp("runs"))
    hang = runner("run", "crash-in-lock", "--variant", "not-robust", out="hang")
    good = runner("run", "crash-in-lock", "lock-limit", out="good")
    kept, skipped = runner.scenario(KEPT, "kept.yaml"), runner.scenario(SKIPPED, "skipped.yaml")
    own = runner("run", kept, skipped, "--calls", out="own")
    yield {"hang": hang, "good": good, "own": own}
    runner.end()


class Page:
    def __init__(self, browser, run, address=""):
        self.browser = browser
        browser.get("about:blank")
        browser.get(f"file://{run.folder}/report.html{address}")

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def texts(self, selector):
        return [one.text for one in self.all(selector)]

    def text(self, selector="main"):
        return " ".join(self.texts(selector))

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def wait_for(self, condition):
        wait = pytest.importorskip("selenium.webdriver.support.wait")
        return wait.WebDriverWait(self.browser, LAST_NET_S, poll_frequency=0.02).until(lambda _: condition())

    def complaints(self):
        return [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def case_address(case_id):
    return "#/case/" + urllib.parse.quote(case_id, safe="/@=:")


HANG = "crash-in-lock/native/not-robust/owner@probe:lock.held=kill"


def test_a_reader_of_a_failing_run_is_told_who_died_where_who_waits_and_how_to_replay(browser, runs):
    page = Page(browser, runs["hang"])
    assert page.text("h1") == "Fail: 1 variant not as expected"
    story = page.text(".card .story")
    assert "owner: kill at probe:lock.held" in story and "killed by SIGKILL" in story
    assert "waiter.1 and waiter.2 wait for normal mutex" in story and "held by owner, which is dead" in story
    assert f"harness replay '{HANG}'" in page.text(".card .command")
    assert page.all(".card svg.wait .node.dead")
    assert page.complaints() == []


def test_a_run_as_expected_says_so_first_and_shows_mutants_and_limits(browser, runs):
    page = Page(browser, runs["good"])
    assert page.text("h1") == "Pass: all as expected"
    assert not page.all(".card")
    assert len(page.texts("#mutants tbody tr")) >= 4 and "✓ progress" in page.text("#mutants")
    assert "weak memory order" in page.text("#limits")
    rows = page.texts("#classes tbody tr")
    assert any(row.startswith("unrepaired-owner-death") and row.endswith("caught 3 of 3") for row in rows), rows
    assert page.all(".matrix tbody tr") and len(page.all(".matrix tbody tr")) == 2


def test_the_timeline_has_a_lane_per_process_the_fault_and_the_evidence(browser, runs):
    page = Page(browser, runs["hang"], case_address(HANG))
    assert [text.split("\n")[0] for text in page.texts(".lane-label b")] == ["owner", "waiter.1", "waiter.2"]
    assert len(page.all(".lanes .fault path")) == 1
    assert len(page.all(".lanes .life .died")) == 1
    assert len(page.all(".lanes .span.open")) == 2
    assert "owner, dead" in page.text(".lanes .held.broken text")
    case = next(one for one in runs["hang"].cases() if one["id"] == HANG)
    evidence = {index for finding in case["findings"] for index in finding["events"]}
    assert evidence and len(page.all(".lanes .ring")) == len(evidence)
    assert {int(row.split()[0]) for row in page.texts(".events tr.evidence")} == evidence


KEPT_CASE = "kept/native/program/no-fault"


def test_a_reader_is_told_who_keeps_the_end_that_another_waits_for(browser, runs):
    page = Page(browser, runs["own"])
    story = page.text(".card .story")
    assert re.search(r"reader waits in read on link feed: .*, other end open in writer's child \d+", story), story
    assert re.search(r"writer's child \d+ waits in read on link idle: ", story), story
    assert "other end open in" in page.text(".card svg.wait .edge.back text")
    assert "skipped on native: skipped: there is no no-such-program here" in page.text("#left-out")


def test_recorded_calls_have_a_row_in_their_lane_and_pipes_have_levels(browser, runs):
    page = Page(browser, runs["own"], case_address(KEPT_CASE))
    calls = [event for event in runs["own"].events("arrived") if event["case"] == KEPT_CASE and event["data"].get("call")]
    entries = [event for event in calls if event["name"].endswith("/enter")]
    assert entries and len(page.all(".lanes .span.call")) == len(entries)
    assert len(page.all(".lanes .span.call.fail")) == sum(event["data"].get("result", 0) < 0 for event in calls)
    assert "bytes in link feed" in page.text(".lane-label.track") and page.all(".lanes .level path")
    next(button for button in page.all("h2 .segmented button") if button.text == "all").click()
    page.wait_for(lambda: "link feed now holds " in page.text(".events"))
    assert page.complaints() == []


def test_a_case_in_which_nobody_hung_says_so(browser, runs, harness):
    own = harness.scenario("summary: one\nroles: { a: { command: [sh, -c, 'exit 3'] } }\n"
                           "checkers: [{ exit_status: { a: 0 } }]\n")
    page = Page(browser, harness("run", own))
    assert "Nobody was stuck" in page.text(".card .story") and "a exited with status 3" in page.text(".card .story")


def test_the_system_says_whether_light_or_dark(browser, runs):
    colour = "return getComputedStyle(document.documentElement).backgroundColor"
    seen = []
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}]})
        Page(browser, runs["good"])
        browser.execute_script("localStorage.clear()")
        browser.refresh()
        seen.append(browser.execute_script(colour))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert seen[0] != seen[1]


def test_every_event_of_a_small_case_stands_in_its_table(browser, runs):
    page = Page(browser, runs["hang"], case_address(HANG))
    events = [event for event in runs["hang"].history() if event["case"] == HANG]
    assert len(page.all(".events tbody tr")) == len(events)


def test_an_address_leads_to_an_event_and_keys_lead_on(browser, runs):
    page = Page(browser, runs["hang"], case_address(HANG) + "?event=3")
    assert page.texts(".events tr.selected td:first-child") == ["3"]
    page.press("j")
    page.wait_for(lambda: page.texts(".events tr.selected td:first-child") == ["4"])
    assert browser.current_url.endswith("?event=4")
    page.press("n")
    page.wait_for(lambda: "half-updated=kill" in browser.current_url)


def test_the_filter_is_reached_by_a_key_and_narrows_the_list(browser, runs):
    page = Page(browser, runs["good"])
    page.press("/")
    page.wait_for(lambda: browser.switch_to.active_element.get_attribute("id") == "filter")
    page.press("no-repair half-updated")
    page.wait_for(lambda: 0 < len(page.all(".list a.row")) < 10)
    assert all("no-repair" in text and "half-updated" in text for text in page.texts(".list a.row"))
    assert "no-repair" in browser.current_url
    page.press("\ue007")
    page.wait_for(lambda: page.all(".case-title"))
    assert "no-repair" in page.text(".case-title")


def test_light_and_dark_differ_by_a_key(browser, runs):
    page = Page(browser, runs["good"])
    colour = "return getComputedStyle(document.documentElement).backgroundColor"
    page.press("t")
    page.wait_for(lambda: page.all("html[data-theme=dark]"))
    dark = browser.execute_script(colour)
    page.press("t")
    page.wait_for(lambda: page.all("html[data-theme=light]"))
    assert browser.execute_script(colour) != dark


def test_an_address_of_no_case_says_so(browser, runs):
    assert "No such case" in Page(browser, runs["good"], "#/case/nothing").text()


def test_a_page_of_one_case_alone_has_its_timeline(browser, runs, harness):
    case_id = "crash-in-lock/native/robust/no-fault"
    out = runs["good"].folder.parent / "alone"
    out.mkdir(exist_ok=True)
    ended = harness("report", runs["good"].folder, "--format", "html", "--case", case_id, "--out", out / "report.html")
    assert ended.status == 0, ended.stderr
    page = Page(browser, type("Folder", (), {"folder": out}), case_address(case_id))
    assert page.all(".lanes svg .span")
    assert "Cases 1" in page.text(".top nav")


def test_nothing_is_fetched(runs):
    text = (runs["good"].folder / "report.html").read_text()
    for word in ("<link rel=\"stylesheet\"", "src=\"http", "@import", "fetch("):
        assert word not in text


def test_a_case_that_is_not_there_is_refused_by_name(runs, harness):
    ended = harness("report", runs["good"].folder, "--format", "html", "--case", "crash-in-lok/*")
    assert ended.status == 64 and 'case "crash-in-lok/*" not found' in ended.stderr
