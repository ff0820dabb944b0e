"""Rules about the source, each with a small bad tree that shows that the rule can fail.

A rule takes the root of a tree and gives a list of complaints, "path: what is wrong".
"""

import re

import pytest

from conftest import ROOT

# Which layer may include which.
LAYERS = {
    "base": [],
    "model": ["base"],
    "core": ["base"],
    "os": ["base", "core"],
    "probe": ["base", "core"],
    "inject": ["base", "core"],
    "check": ["base", "core"],
    "record": ["base", "core"],
    "run": ["base", "core", "os", "probe", "inject", "check", "record"],
    "target": ["base", "core", "os", "probe", "inject", "check", "record", "run"],
    "guest": ["base", "core", "os", "probe", "inject", "check", "record", "run"],
    "report": ["base", "core", "os", "probe", "inject", "check", "record", "run", "target"],
    "bench": ["base", "core", "os"],
    "sweep": ["base", "core", "os"],
    "cli": ["base", "core", "os", "probe", "inject", "check", "record", "run", "target", "report", "bench", "sweep"],
}
INJECTOR_LAYERS = ["base", "core", "inject"]
SYSTEM_HEADER = re.compile(
    r"<(sys/|linux/|asm/)|<(unistd|fcntl|poll|pthread|sched|signal|mqueue|semaphore|spawn|dirent|csignal)(\.h)?>")
INCLUDE = re.compile(r'^\s*#\s*include\s+("[^"]+"|<[^>]+>)', re.MULTILINE)
SLEEP = re.compile(
    r"\b(usleep|nanosleep|clock_nanosleep|sleep_for|sleep_until|this_thread|time\.sleep)\b|(?<![\w.\"/])sleep\(")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented", re.IGNORECASE)
MOST_LINES = 500
SHARED = "common"  # the folder of subjects/ that others include and that has no programs

# Where a word for sleeping is no sleep of ours. path: why.
SLEEP_ALLOWED = {
    "harness/os/syscalls.cpp": "names of library functions, and the calls that they make",
    "harness/core/eintr_table.cpp": "names of calls that a signal interrupts",
    "ci/tests/test_source.py": "has the words to look for",
}
CODE = (".cpp", ".h", ".c", ".py", ".cmake")
GENERATED = {".git", "build", "out", "node_modules", "__pycache__", ".pytest_cache"}


def files(root, *suffixes):
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not GENERATED & set(inside.parts) and (not suffixes or path.suffix in suffixes):
            yield path, inside


def included(path):
    return [name for name in INCLUDE.findall(path.read_text(errors="replace"))]


def layer_of(quoted):
    return quoted.strip('"').split("/")[0]


# --- the rules ----------------------------------------------------------------------------------------------

def layers_include_one_way(root):
    for path, inside in files(root / "harness", ".cpp", ".h", ".c"):
        own = inside.parts[0]
        if own not in LAYERS:
            yield f"harness/{inside}: {own} is no layer that this test knows"
            continue
        for name in included(path):
            if name.startswith('"') and layer_of(name) != own and layer_of(name) not in LAYERS[own]:
                yield f"harness/{inside}: {own} must not include {name}"


def includes_name_their_layer(root):
    """#include "core/case.h" from harness/ on: neither "case.h" nor "../core/case.h" nor <core/case.h>."""
    for path, inside in files(root / "harness", ".cpp", ".h", ".c"):
        for name in included(path):
            inner = name.strip('"<>')
            if name.startswith('"') and not (root / "harness" / inner).is_file() and inner != "cli/commit.h":
                yield f"harness/{inside}: {name} is no path from harness/ on"
            if name.startswith("<") and inner.split("/")[0] in LAYERS and (root / "harness" / inner).is_file():
                yield f"harness/{inside}: {name} is ours, so it stands in quotes"


def injectors_see_only_their_layers_and_themselves(root):
    for path, inside in files(root / "faults", ".cpp", ".h"):
        for name in included(path):
            inner = name.strip('"')
            if not name.startswith('"') or layer_of(name) in INJECTOR_LAYERS:
                continue
            if not (path.parent / inner).is_file() or "/" in inner:
                yield f"faults/{inside}: must not include {name}"


def is_model(inside):
    """A model program, or what they share: what the harness's own model of memory is for."""
    return "model" in inside.parts[1:-1]


def subjects_see_only_probe_and_themselves(root):
    for path, inside in files(root / "subjects", ".cpp", ".h", ".c"):
        for name in included(path):
            if not name.startswith('"') or layer_of(name) == "probe" or is_model(inside) and layer_of(name) == "model":
                continue
            target = (path.parent / name.strip('"')).resolve()
            allowed = [(root / "subjects" / folder).resolve() for folder in (inside.parts[0], SHARED)]
            if not target.is_file() or not any(folder in target.parents for folder in allowed):
                yield f"subjects/{inside}: must not include {name}"


def programs_under_others_know_no_probe(root):
    for path, inside in files(root / "subjects", ".cpp", ".h", ".c"):
        if len(inside.parts) > 2 and inside.parts[1] == "others" and any('"probe/' in name for name in included(path)):
            yield f"subjects/{inside}: stands for code that knows nothing of the harness"


def values_and_checkers_make_no_system_calls(root):
    for layer in ("base", "core", "check"):
        for path, inside in files(root / "harness" / layer, ".cpp", ".h"):
            for name in included(path):
                if SYSTEM_HEADER.match(name):
                    yield f"harness/{layer}/{inside}: {layer} must not include {name}"


def read_scenarios(root):
    yaml = pytest.importorskip("yaml")
    for path in sorted(root.glob("scenarios/*/scenario.yaml")):
        yield path.parent.name, yaml.safe_load(path.read_text())


def own_variants_of(root, subject, kinds=("correct", "mutants", "others")):
    return {path.stem for kind in kinds for path in (root / "subjects" / subject / kind).glob("*.c*")}


def folders_of(root, subject):
    """The subject's folder, and those whose programs it has as well."""
    file = root / "subjects" / subject / "subject.yaml"
    described = pytest.importorskip("yaml").safe_load(file.read_text()) if file.is_file() else {}
    return [subject, *described.get("shares", [])]


def variants_of(root, subject, kinds=("correct", "mutants", "others")):
    return set().union(*(own_variants_of(root, folder, kinds) for folder in folders_of(root, subject)))


def scenario_folders_are_whole(root):
    for folder in sorted((root / "scenarios").iterdir()):
        if not folder.is_dir():
            continue
        for name in ("README.md", "scenario.yaml"):
            if not (folder / name).is_file() or not (folder / name).read_text().strip():
                yield f"scenarios/{folder.name}: has no {name}"
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", folder.name):
            yield f"scenarios/{folder.name}: the name is what people type: small letters and dashes"


def subjects_of(scenario):
    subject = scenario.get("subject") or []
    return subject if isinstance(subject, list) else [subject]


def meant(name, subjects):
    """What `pipe/packet`, `pipe/*` or `packet` means: the variant, and the subjects that may have it."""
    subject, slash, variant = name.rpartition("/")
    return variant, [subject] if slash else subjects


def every_mutant_is_expected_by_some_scenario(root):
    expected = set()
    for _, scenario in read_scenarios(root):
        for name, expectation in (scenario.get("expect") or {}).items():
            variant, subjects = meant(name, subjects_of(scenario))
            if expectation != "pass":
                expected |= {(folder, variant) for subject in subjects for folder in folders_of(root, subject)}
    for subject in sorted(path for path in (root / "subjects").iterdir() if path.is_dir()):
        for mutant in sorted(own_variants_of(root, subject.name, ["mutants"])):
            if (subject.name, mutant) not in expected:
                yield f"subjects/{subject.name}/mutants/{mutant}: no scenario expects it to be caught"


def every_expected_variant_has_a_source(root):
    for name, scenario in read_scenarios(root):
        if "subject" not in scenario:
            continue
        for expected in sorted(scenario.get("expect") or {}):
            variant, subjects = meant(expected, subjects_of(scenario))
            if variant not in scenario.get("variants", {}) and not any(variant in variants_of(root, subject) for subject in subjects):
                yield f"scenarios/{name}: expects something of {expected}, which none of its subjects has"


def every_variant_of_a_fault_line_is_expected(root):
    """A variant that is misspelt after `variants:` would never run there, and nobody would notice."""
    for name, scenario in read_scenarios(root):
        expected = scenario.get("expect") or {}
        known = set(expected) | {meant(one, [])[0] for one in expected} | {f"{one}/*" for one in subjects_of(scenario)}
        known |= {f"{subject}/{one}" for subject in subjects_of(scenario) for one in expected if "/" not in one}
        for line in scenario.get("faults") or []:
            named = line.get("variants", []) if isinstance(line, dict) else []
            for variant in sorted(set(named) - known):
                yield f"scenarios/{name}: a fault is for {variant}, of which nothing is expected"


def subjects_are_whole(root):
    for folder in sorted(path for path in (root / "subjects").iterdir() if path.is_dir()):
        readme = folder / "README.md"
        if not readme.is_file():
            yield f"subjects/{folder.name}: has no README.md"
            continue
        for kind in ("correct", "mutants") if folder.name != SHARED else ():
            if not variants_of(root, folder.name, [kind]):
                yield f"subjects/{folder.name}: has no program under {kind}"
        for variant in sorted(own_variants_of(root, folder.name)):
            if f"`{variant}`" not in readme.read_text():
                yield f"subjects/{folder.name}: README.md does not name {variant}"


def each_model_program_is_of_a_variant(root):
    for path in sorted(root.glob("subjects/*/model/*.cpp")):
        subject = path.parent.parent.name
        if path.stem not in own_variants_of(root, subject):
            yield f"subjects/{subject}/model/{path.stem}: is of no variant of the subject"


def injectors_are_whole(root):
    for folder in sorted(path for path in (root / "faults").iterdir() if path.is_dir()):
        main = folder / f"{folder.name}.cpp"
        if not main.is_file():
            yield f"faults/{folder.name}: has no {folder.name}.cpp"
        elif f'"{folder.name}"' not in main.read_text() or "Registration" not in main.read_text():
            yield f"faults/{folder.name}: does not register itself by the folder's name"


def files_are_short(root):
    for path, inside in files(root / "harness"):
        count = len(path.read_text(errors="replace").splitlines())
        if count > MOST_LINES:
            yield f"harness/{inside}: {count} lines; when a file has two reasons to change, give the second its own"


def nothing_sleeps(root):
    for path, inside in files(root, *CODE):
        if str(inside) in SLEEP_ALLOWED:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if SLEEP.search(line):
                yield f"{inside}:{number}: sleeps: {line.strip()}"


def nothing_is_left_unfinished(root):
    for path, inside in files(root, *CODE, ".yaml", ".md", ".sh"):
        if inside.parts[:2] == ("ci", "tests") and inside.name == "test_source.py":
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if UNFINISHED.search(line):
                yield f"{inside}:{number}: is not finished: {line.strip()}"


def headers_are_included_once(root):
    for path, inside in files(root / "harness", ".h"):
        text = path.read_text()
        if "#pragma once" not in text and not re.search(r"#ifndef (\w+)\s+#define \1", text):
            yield f"harness/{inside}: may be included twice"


# rule: a bad tree, as {path: text}, and what the complaint must name.
RULES = {
    layers_include_one_way: (
        {"harness/base/a.h": '#include "core/case.h"\n', "harness/check/b.cpp": '  # include "os/fd.h"\n',
         "harness/os/c.cpp": '#include "base/result.h"\n#include <vector>\n'},
        ["harness/base/a.h", "harness/check/b.cpp"]),
    includes_name_their_layer: (
        {"harness/core/case.h": "", "harness/core/a.cpp": '#include "case.h"\n',
         "harness/core/b.cpp": '#include "../core/case.h"\n', "harness/run/c.cpp": "#include <core/case.h>\n",
         "harness/run/d.cpp": '#include "core/case.h"\n'},
        ["harness/core/a.cpp", "harness/core/b.cpp", "harness/run/c.cpp"]),
    injectors_see_only_their_layers_and_themselves: (
        {"faults/limits/limits.cpp": '#include "inject/injector.h"\n#include "own.h"\n', "faults/limits/own.h": "",
         "faults/other/other.cpp": '#include "../limits/own.h"\n', "faults/third/third.cpp": '#include "os/fd.h"\n'},
        ["faults/other/other.cpp", "faults/third/third.cpp"]),
    subjects_see_only_probe_and_themselves: (
        {"subjects/pipe/own.h": "", "subjects/pipe/correct/a.cpp": '#include "../own.h"\n#include "probe/probe.h"\n',
         "subjects/fifo/correct/b.cpp": '#include "../../pipe/own.h"\n',
         "subjects/common/all.h": "", "subjects/fifo/correct/fine.cpp": '#include "../../common/all.h"\n',
         "subjects/fifo/mutants/c.cpp": '#include "core/case.h"\n',
         "subjects/fifo/model/fine.cpp": '#include "model/program.h"\n', "subjects/fifo/model/d.cpp": '#include "core/case.h"\n',
         "subjects/fifo/correct/e.cpp": '#include "model/program.h"\n'},
        ["subjects/fifo/correct/b.cpp", "subjects/fifo/mutants/c.cpp", "subjects/fifo/model/d.cpp", "subjects/fifo/correct/e.cpp"]),
    programs_under_others_know_no_probe: (
        {"subjects/pipe/others/a.c": '#include "probe/probe.h"\n', "subjects/pipe/correct/b.c": '#include "probe/probe.h"\n'},
        ["subjects/pipe/others/a.c"]),
    values_and_checkers_make_no_system_calls: (
        {"harness/core/a.cpp": "#include <sys/stat.h>\n", "harness/base/b.h": "#include <unistd.h>\n",
         "harness/check/c.cpp": "#include <fcntl.h>\n#include <string>\n", "harness/os/d.cpp": "#include <unistd.h>\n"},
        ["harness/core/a.cpp", "harness/base/b.h", "harness/check/c.cpp"]),
    scenario_folders_are_whole: (
        {"scenarios/a/scenario.yaml": "summary: x\n", "scenarios/b/README.md": "x", "scenarios/b/scenario.yaml": "",
         "scenarios/C_c/README.md": "x", "scenarios/C_c/scenario.yaml": "summary: x\n"},
        ["scenarios/a", "scenarios/b", "scenarios/C_c"]),
    every_mutant_is_expected_by_some_scenario: (
        {"subjects/pipe/mutants/drops.cpp": "", "subjects/pipe/mutants/hangs.cpp": "", "subjects/pipe/mutants/lies.c": "",
         "subjects/fifo/mutants/drops.cpp": "", "subjects/fifo/mutants/leaks.cpp": "",
         "scenarios/a/scenario.yaml": "subject: pipe\nexpect: { drops: { fail: progress }, hangs: pass }\n",
         "subjects/sockets/mutants/reads.cpp": "", "subjects/tcp/subject.yaml": "shares: [sockets]\n",
         "scenarios/b/scenario.yaml": "subject: [pipe, fifo]\nexpect: { drops: { fail: progress }, fifo/leaks: { fail: progress } }\n",
         "scenarios/c/scenario.yaml": "subject: tcp\nexpect: { reads: { fail: progress } }\n"},
        ["mutants/hangs", "mutants/lies"]),
    every_expected_variant_has_a_source: (
        {"subjects/pipe/correct/plain.cpp": "",
         "scenarios/a/scenario.yaml": "subject: pipe\nexpect: { plain: pass, plane: pass }\n"},
        ["plane"]),
    every_variant_of_a_fault_line_is_expected: (
        {"scenarios/a/scenario.yaml": "subject: pipe\nfaults: [none, { victim: a, variants: [plain, plane] }]\n"
                                      "expect: { plain: pass }\n"},
        ["plane"]),
    subjects_are_whole: (
        {"subjects/pipe/correct/plain.cpp": "", "subjects/common/README.md": "x", "subjects/fifo/README.md": "`plain`", "subjects/fifo/correct/plain.cpp": "",
         "subjects/shm/README.md": "`plain`", "subjects/shm/correct/plain.cpp": "", "subjects/shm/mutants/drops.cpp": ""},
        ["subjects/pipe", "subjects/fifo", "subjects/shm"]),
    each_model_program_is_of_a_variant: (
        {"subjects/pipe/correct/plain.cpp": "", "subjects/pipe/model/plain.cpp": "", "subjects/pipe/model/plane.cpp": ""},
        ["model/plane"]),
    injectors_are_whole: (
        {"faults/limits/limit.cpp": "", "faults/clock/clock.cpp": 'return "timer"; Registration'},
        ["faults/limits", "faults/clock"]),
    files_are_short: (
        {"harness/run/long.cpp": "x\n" * (MOST_LINES + 1), "harness/run/short.cpp": "x\n" * MOST_LINES},
        ["harness/run/long.cpp"]),
    nothing_sleeps: (
        {"harness/run/a.cpp": "  std::this_thread::sleep_for(1ms);\n", "subjects/pipe/b.c": "usleep(10);\n",
         "ci/tests/c.py": "time.sleep(1)\n", "subjects/pipe/d.c": "  sleep(1);\n",
         "subjects/pipe/fine.c": "if (sleepers(1)) work();  // they sleep (all of them)\n"},
        ["a.cpp:1", "b.c:1", "c.py:1", "d.c:1"]),
    nothing_is_left_unfinished: (
        {"harness/run/a.cpp": "// TODO: the rest\n", "scenarios/a/README.md": "This is not implemented.\n",
         "harness/run/fine.cpp": "// what is to do next is done\n"},
        ["a.cpp:1", "README.md:1"]),
    headers_are_included_once: (
        {"harness/run/a.h": "int a();\n", "harness/run/b.h": "#pragma once\n", "harness/probe/c.h": "#ifndef C_H\n#define C_H\n#endif\n"},
        ["harness/run/a.h"]),
}
by_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@by_rule
def test_the_source_keeps_the_rule(rule):
    assert list(rule(ROOT)) == []


@by_rule
def test_the_rule_finds_each_offence_and_nothing_else(rule, tmp_path):
    tree, offenders = RULES[rule]
    for top in ("harness", "faults", "subjects", "scenarios"):
        (tmp_path / top).mkdir()
    for path, text in tree.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    complaints = list(rule(tmp_path))
    for offender in offenders:
        assert any(offender in complaint for complaint in complaints), offender
    assert all(any(offender in complaint for offender in offenders) for complaint in complaints), complaints


def test_the_table_of_layers_is_the_tree():
    assert {path.name for path in (ROOT / "harness").iterdir() if path.is_dir()} == set(LAYERS)


def test_the_table_of_layers_has_no_way_back():
    """Every layer may include what those that it includes may include, and never itself in a circle."""
    for layer, below in LAYERS.items():
        assert layer not in below
        assert all(set(LAYERS[one]) <= set(below) for one in below)


def test_an_allowance_to_name_a_sleep_is_still_needed():
    for path in SLEEP_ALLOWED:
        assert SLEEP.search((ROOT / path).read_text()), f"{path} needs no allowance any more"


def test_every_test_folder_of_the_engine_says_what_it_is():
    for path in sorted((ROOT / "ci" / "tests").glob("*.py")):
        assert path.read_text().startswith('"""'), f"{path.name} begins with a sentence on what it tests"
