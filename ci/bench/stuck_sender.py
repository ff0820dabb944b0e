#!/usr/bin/env python3
"""How long it takes from a receiver's death to the word that its senders are blocked, and what is said.

    ci/bench/stuck_sender.py [REPEATS]        default 20; needs a built tree

Senders wait for room in a full queue when their receiver is killed (receiver-dies-with-full-queue, the mutants that nobody
wakes). By the history's own clock: from the fault to the deadlock. The duration of the whole case is that of report.json.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / os.environ.get("HARNESS_BUILD", "build/native") / "harness"
VARIANTS = ["posix-mqueue/waits-for-ever", "posix-mqueue/watches-nobody", "sysv-msg/waits-for-ever"]


def milliseconds_to_the_word(run: pathlib.Path, variant: str) -> list[float]:
    times: dict[str, dict[str, float]] = {}
    for line in (run / "history.jsonl").read_text().splitlines():
        event = json.loads(line)
        if f"/{variant}/" in event.get("case", "") and event["kind"] in ("fault", "deadlock", "deadline"):
            times.setdefault(event["case"], {})[event["kind"]] = event["time_ns"] / 1e6
    assert all("deadline" not in case for case in times.values()), "it was waited out"
    return [case["deadlock"] - case["fault"] for case in times.values()]


def main() -> None:
    repeats = sys.argv[1] if len(sys.argv) > 1 else "20"
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder) / "run"
        subprocess.run([HARNESS, "run", "receiver-dies-with-full-queue", "--repeat", repeats, "--out", run],
                       check=True, capture_output=True)
        cases = [case for scenario in json.loads((run / "report.json").read_text())["scenarios"] for case in scenario["cases"]]
        for variant in VARIANTS:
            waits = milliseconds_to_the_word(run, variant)
            durations = [case["duration_ms"] for case in cases if case["variant"] == variant]
            print(f"{variant:28}  kill to finding: median {statistics.median(waits):5.1f} ms, worst {max(waits):5.1f} ms"
                  f"   whole case: median {statistics.median(durations):5.1f} ms   {len(waits)} cases")


if __name__ == "__main__":
    main()
