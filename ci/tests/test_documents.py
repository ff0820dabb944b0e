"""What the documents show is true: their examples run."""
import json
import re
import subprocess

from conftest import BUILD, ROOT, compile_c


def yaml_blocks(document):
    text = (ROOT / document).read_text()
    return [re.sub(r"(?m)^ {3}", "", block) if block.startswith("   ") else block
            for block in re.findall(r"```yaml\n(.*?)```", text, re.S)]


def test_the_scenario_in_contributing_runs_and_is_as_expected(harness, tmp_path):
    scenario = tmp_path / "sample.yaml"
    scenario.write_text(next(block for block in yaml_blocks("CONTRIBUTING.md") if "expect:" in block))
    run = harness("run", scenario)
    assert run.status == 0, run.stdout + run.stderr


def test_a_shipped_correct_variant_passes_crash_in_lock_as_somebodys_own_program(harness):
    program = BUILD / "subjects" / "shm-mutex" / "correct" / "robust"
    run = harness("run", "crash-in-lock", "--subject", program)
    assert run.status == 0, run.stdout + run.stderr


def test_the_program_of_the_lost_wake_up_shows_what_its_report_says(harness, tmp_path):
    program = compile_c(tmp_path, (ROOT / "docs" / "mx-22.c").read_text(), "-pthread")
    shown = subprocess.run([program], capture_output=True, text=True, timeout=60)
    told = json.loads(harness("doctor", "--json").stdout)["abilities"]
    is_mended = {ability["id"]: ability["available"] for ability in told}["robust-handover"]
    assert shown.returncode == (0 if is_mended else 1), shown.stdout + shown.stderr
    assert ("C sleeps for ever" in shown.stdout) == (not is_mended)
    inherits = subprocess.run([program, "pi"], capture_output=True, text=True, timeout=60)
    assert inherits.returncode == 0 and "C got the mutex" in inherits.stdout, inherits.stdout
