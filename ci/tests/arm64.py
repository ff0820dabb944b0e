"""What tests of the arm64 targets share: where things are, and whether guests can run here (ci/arm64-image)."""
import json
import subprocess

import pytest

from conftest import BUILD, HARNESS

ARM64 = BUILD.parent / "arm64"
IMAGE = BUILD.parent / "arm64-image"
ROBUST = ARM64 / "subjects" / "shm-mutex" / "correct" / "robust"
FEW = ["run", "crash-in-lock", "--variant", "robust", "--at", "probe:lock.held", "--target", "arm64"]


def reason_to_skip():
    doctor = subprocess.run([HARNESS, "doctor", "--json"], capture_output=True, text=True, check=False)
    if doctor.returncode != 0:
        return "harness doctor failed"
    target = next((one for one in json.loads(doctor.stdout)["targets"] if one["id"] == "arm64"), None)
    if target is None or not target["available"]:
        return "target arm64: " + (target["detail"] if target else "is not in this harness")
    return "" if ROBUST.exists() else "target arm64: its subjects are not built; run ci/arm64-image"


NOT_HERE = reason_to_skip()
needs_arm64 = pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE)


def facts(run):
    return run.report()["scenarios"][0]["target_facts"]
