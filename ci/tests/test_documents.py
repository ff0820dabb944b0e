"""What the documents show is true: their examples run."""
import re

from conftest import BUILD, ROOT


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
