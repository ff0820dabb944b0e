#!/usr/bin/python3
"""How long the page of a large run takes: ci/bench/report_page.py [CASES], default 5000.

Makes a real run of that many cases, renders its report.html three times, opens it in headless Chromium three times, and
prints the medians and the size: rendering, and from the address to the page that can be used (overview, then the list of
all cases, then one case's timeline).
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / os.environ.get("HARNESS_BUILD", "build/native") / "harness"
SCENARIO = "crash-in-lock"  # 89 cases, mutants that hang among them
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--window-size=1360,1000"]
USABLE = """
const done = arguments[arguments.length - 1], wanted = arguments[0];
const look = () => document.querySelector(wanted) ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 5);
look();
"""


def timed(command):
    began = time.monotonic()
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def browser(profile):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in [*OPTIONS, f"--user-data-dir={profile}"]:
        options.add_argument(option)
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def opened(driver, address, wanted):
    """Seconds from the navigation to the frame after which `wanted` is there."""
    driver.get("about:blank")
    driver.get(address)
    return driver.execute_async_script(USABLE, wanted) / 1000


def main(cases):
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder) / "run"
        each = len(subprocess.run([HARNESS, "plan", SCENARIO], check=True, capture_output=True, text=True)
                   .stdout.splitlines()) - 1
        timed([HARNESS, "run", SCENARIO, "--repeat", -(-cases // each), "--out", run])
        page = run / "report.html"
        rendered = statistics.median(timed([HARNESS, "report", run, "--format", "html", "--out", page]) for _ in range(3))
        print(f"{-(-cases // each) * each} cases: rendered in {rendered:.2f} s, {page.stat().st_size / 2**20:.1f} MiB")
        driver = browser(f"{folder}/profile")
        try:
            for what, hash_, wanted in [("overview", "", ".banner"), ("all cases", "#/cases", ".list a.row"), (
                    "a timeline", f"#/case/{SCENARIO}/native/not-robust/owner@probe:lock.held=kill", ".lanes svg")]:
                took = statistics.median(opened(driver, f"file://{page}{hash_}", wanted) for _ in range(3))
                print(f"opens in Chromium, {what}: {took:.2f} s")
        finally:
            driver.quit()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
