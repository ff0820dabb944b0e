"""The HTML report in a real browser, opened from disk: what a reader sees, by pointer, by keyboard and by address."""

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


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run with a hang that nobody expected, and one in which all is as expected."""
    runner = Runner(tmp_path_factory.mktemp("runs"))
    hang = runner("run", "crash-in-lock", "--variant", "not-robust", out="hang")
    good = runner("run", "crash-in-lock", "lock-limit", out="good")
    yield {"hang": hang, "good": good}
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
