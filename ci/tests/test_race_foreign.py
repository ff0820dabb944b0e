"""Lock-free structures that others wrote, in shared memory between processes, and what the race detector says of them."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from test_race import COMPILERS, ITEMS, PROGRAMS, RUNS, flags, watched

pytestmark = pytest.mark.native_only

HEADERS = {  # by program: the Debian package, and what is included of it
    "foreign_readerwriterqueue": ("libreaderwriterqueue-dev", "readerwriterqueue/readerwriterqueue.h"),
    "foreign_concurrentqueue": ("libconcurrentqueue-dev", "concurrentqueue/concurrentqueue.h"),
    "foreign_refusal": ("libconcurrentqueue-dev", "concurrentqueue/concurrentqueue.h"),
    "foreign_ck_ring": ("libck-dev", "ck_ring.h"),
    "foreign_wfcqueue": ("liburcu-dev", "urcu/wfcqueue.h"),
}
LEVELS = ["-O1", "-O2"]
QUEUE_WAYS = ["bounded", "growing", "peek", "circular"]
RIGHT_CROWDS = ["tokens 1 1 1", "tokens 1 2 2", "tokens 7 2 2", "tokens 32 2 2", "implicit 1 1 1", "implicit 32 1 1",
                "tokens-in-turns 2 1 2", "heirs 1 2 2", "heirs 32 2 2"]
ANY_RACE = "SUMMARY: HarnessRace: data race at "


def header_of(program):
    package, header = HEADERS[program]
    listed = subprocess.run(["g++", "-M", "-x", "c++", "-"], input=f"#include <{header}>\n", capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip(f"{package} is not installed: there is no {header}")
    return Path(next(word for word in listed.stdout.split() if word.endswith(f"/{header}")))


def build(folder, program, compiler="gcc", level="-O2", define=(), headers=None):
    """A program, and what it has in C, by the flags that a user has; headers: a folder that is looked into first."""
    header_of(program)
    if shutil.which(COMPILERS[compiler]) is None:
        pytest.skip(f"there is no {COMPILERS[compiler]} here")
    own = [level, "-g1", *flags("--cflags"), *(f"-D{name}" for name in define), *([f"-I{headers}"] if headers else [])]
    objects = []
    for source, command in [(f"{program}.c", [compiler]), (f"{program}.cpp", [COMPILERS[compiler], "-std=c++20"])]:
        if (PROGRAMS / source).exists():
            objects.append(folder / f"{source}.o")
            done = subprocess.run([*command, *own, "-c", "-o", objects[-1], PROGRAMS / source], capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")
    subprocess.run([COMPILERS[compiler], "-o", folder / program, *objects, *flags("--libs")], check=True)
    return folder / program


def changed_copy(folder, program, *changes):
    """The folder of a copy of the library's headers, in which each text, which is there, became another."""
    header = header_of(program)
    copy = folder / "changed" / header.parent.name
    shutil.copytree(header.parent, copy)
    text = header.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (copy / header.name).write_text(text)
    return copy.parent


def built_once(factory, program, compiler="gcc", level="-O2", define=()):
    folder = factory.getbasetemp() / "-".join([program, compiler, level, *define])
    if not (folder / program).exists():
        folder.mkdir(exist_ok=True)
        build(folder, program, compiler, level, define)
    return folder / program


def words_of(crowd, items):
    """`tokens 7 2 2`: the way, how many at once, how many producers, how many consumers."""
    way, *rest = crowd.split()
    return [way, items, *rest]


def sides(said):
    """Of each report, which differ in lines, the innermost function of each side."""
    pairs = re.findall(r"    #0 (\w+)[^\n]*\n(?:    #.*\n)*  before it, .*\n    #0 (\w+)", said)
    return {tuple(sorted(pair)) for pair in pairs}


def is_always(program, expected, *words):
    """Each of 20 runs ends well, and each has a report, or none."""
    for _ in range(RUNS):
        status, said = watched(program, *words)
        assert status == 0, said
        assert said == "" if expected == "silent" else ANY_RACE in said
    return said


# --- moodycamel::ReaderWriterQueue


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("way", QUEUE_WAYS)
def test_moodycamels_queue_of_one_producer_and_one_consumer_is_in_order(tmp_path_factory, way, compiler, level):
    program = built_once(tmp_path_factory, "foreign_readerwriterqueue", compiler, level)
    for items in (1, 100, 20_000):
        assert watched(program, way, items) == (0, "")


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("way", ["bounded", "growing"])
def test_that_queue_is_silent_in_20_runs_of_200_000_items(tmp_path_factory, way, compiler):
    is_always(built_once(tmp_path_factory, "foreign_readerwriterqueue", compiler), "silent", way, ITEMS)


FENCES = {  # what stands behind the fence, or before it
    "a producer publishes": ("fence(memory_order_release);\n\t\t\ttailBlock_->tail =", "tailBlock_->tail ="),
    "a consumer looks": ("fence(memory_order_acquire);\n\t\t\t\n\t\tnon_empty_front_block:", "non_empty_front_block:"),
    "a consumer gives back": ("fence(memory_order_release);\n\t\t\tfrontBlock_->front = blockFront", "frontBlock_->front = blockFront"),
    "a producer takes": ("fence(memory_order_acquire);\n\t\t\t// This block has room", "// This block has room"),
}


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("fence", FENCES)
def test_the_same_queue_without_one_of_its_fences_is_reported_in_20_of_20_runs(tmp_path, fence, compiler):
    broken = changed_copy(tmp_path, "foreign_readerwriterqueue", FENCES[fence])
    program = build(tmp_path, "foreign_readerwriterqueue", compiler, headers=broken)
    said = is_always(program, "reported", "bounded", 2000)
    assert all("inner_enqueue" in " ".join(pair) and "try_dequeue" in " ".join(pair) for pair in sides(said))


# --- moodycamel::ConcurrentQueue


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("crowd", RIGHT_CROWDS)
def test_moodycamels_queue_of_several_is_in_order(tmp_path_factory, crowd, compiler, level):
    program = built_once(tmp_path_factory, "foreign_concurrentqueue", compiler, level)
    for items in (2, 400, 20_000) if "turns" not in crowd else (2, 400):
        assert watched(program, *words_of(crowd, items)) == (0, "")


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("crowd", ["tokens 1 2 2", "tokens 32 2 2", "heirs 1 2 2"])
def test_the_queue_of_several_is_silent_in_20_runs_of_200_000_items(tmp_path_factory, crowd, compiler):
    is_always(built_once(tmp_path_factory, "foreign_concurrentqueue", compiler), "silent", *words_of(crowd, ITEMS))


@pytest.mark.parametrize("crowd", ["tokens 1 1 1", "tokens 7 1 1", "implicit 1 1 1"])
def test_the_queue_of_several_with_a_relaxed_publish_is_reported_in_20_of_20_runs(tmp_path, crowd):
    publish = "this->tailIndex.store(newTailIndex, std::memory_order_release)"
    broken = changed_copy(tmp_path, "foreign_concurrentqueue", (publish, publish.replace("release", "relaxed")))
    program = build(tmp_path, "foreign_concurrentqueue", headers=broken)
    is_always(program, "reported", *words_of(crowd, 2000))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_who_empties_a_block_without_a_token_frees_it_before_another_has_read_its_part(tmp_path, tmp_path_factory, compiler):
    """docs/findings.md. The count of what was taken is raised by a release alone, so who raises it to the end does not
    acquire what the others read. With acq_rel in both places, as in later versions, nothing is said."""
    crowd = words_of("implicit-in-turns 2 1 2", 400)
    said = is_always(built_once(tmp_path_factory, "foreign_concurrentqueue", compiler), "reported", *crowd)
    assert "missing order: the read is not ordered before the write" in said
    assert sides(said) == {("dequeue", "enqueue_bulk")}
    counts = [(f"elementsCompletelyDequeued.fetch_add({by}, std::memory_order_release)",
               f"elementsCompletelyDequeued.fetch_add({by}, std::memory_order_acq_rel)") for by in ("1", "count")]
    mended = changed_copy(tmp_path, "foreign_concurrentqueue", *counts)
    is_always(build(tmp_path, "foreign_concurrentqueue", compiler, headers=mended), "silent", *crowd)


def test_two_forked_producers_without_tokens_are_one_to_the_queue(tmp_path_factory):
    """It knows a thread by the address of its thread-local memory."""
    said = is_always(built_once(tmp_path_factory, "foreign_concurrentqueue"), "reported", *words_of("twins 1 2 1", 200))
    assert ("get_or_add_implicit_producer",) * 2 in sides(said)


REFUSAL = {  # of a batch by a token, for which there is no room: where it goes wrong, and what would mend it
    "after": ("originalBlockIndexFront = originalBlockIndexSlotsUsed;",
              "originalBlockIndexFront = pr_blockIndexFront + 1"
              " - (currentTailIndex - ((startTailIndex - 1) & ~static_cast<index_t>(BLOCK_SIZE - 1))) / BLOCK_SIZE;"),
    "while": ("pr_blockIndexSlotsUsed = originalBlockIndexSlotsUsed;", ""),
}


@pytest.mark.parametrize("refusal", REFUSAL)
def test_a_batch_that_the_queue_of_several_refuses_leaves_it_so_that_items_are_lost(tmp_path, tmp_path_factory, refusal):
    """docs/findings.md; in one process, and no race. The detector's report between two processes led there."""
    assert watched(built_once(tmp_path_factory, "foreign_refusal", define=["NDEBUG"]), refusal) == (1, "")
    mended = changed_copy(tmp_path, "foreign_refusal", REFUSAL[refusal])
    assert watched(build(tmp_path, "foreign_refusal", define=["NDEBUG"], headers=mended), refusal) == (0, "")


def test_what_a_library_keeps_from_clangs_sanitizer_is_kept_from_the_detector(tmp_path):
    """enqueue_bulk by a token has no_sanitize("thread") where the compiler is clang, so that its writes are not told."""
    publish = "this->tailIndex.store(newTailIndex, std::memory_order_release)"
    relaxed = (publish, publish.replace("release", "relaxed"))
    kept = ('__attribute__((no_sanitize("thread")))', "")
    for told, changes in [("silent", [relaxed]), ("reported", [relaxed, kept])]:
        folder = tmp_path / told
        folder.mkdir()
        copy = changed_copy(folder, "foreign_concurrentqueue", *changes)
        program = build(folder, "foreign_concurrentqueue", "clang", headers=copy)
        is_always(program, told, *words_of("tokens 7 1 1", 2000))


# --- Concurrency Kit's ring, and liburcu's queue, whose atomics are assembly on x86-64


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("program, way", [("foreign_ck_ring", "spsc"), ("foreign_wfcqueue", "wfcqueue")])
def test_of_atomics_in_assembly_nothing_is_known_and_so_the_payload_is_reported(tmp_path_factory, program, way, compiler, level):
    """A limit, and a false alarm. See the next test for what cures it."""
    status, said = watched(built_once(tmp_path_factory, program, compiler, level), way, 200)
    assert status == 0 and "missing order: the write is not ordered before the read" in said


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("crowd, items", [("spsc 1 1 1", ITEMS), ("mpsc 1 2 1", 20_000)])
def test_a_ring_whose_loads_and_stores_are_annotated_is_silent_in_20_runs(tmp_path_factory, crowd, items, compiler):
    """Two producers wait for each other without giving up the processor."""
    program = built_once(tmp_path_factory, "foreign_ck_ring", compiler, define=["ANNOTATED"])
    is_always(program, "silent", *words_of(crowd, items))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_ring_of_several_consumers_copies_a_slot_while_the_producer_writes_it(tmp_path_factory, compiler):
    """docs/findings.md. The copy is thrown away, and is a race all the same. Without waiting for it, it is told in some runs,
    and nothing else is."""
    program = built_once(tmp_path_factory, "foreign_ck_ring", compiler, define=["ANNOTATED"])
    race = {("_ck_ring_dequeue_mc", "_ck_ring_enqueue_sp")}
    assert sides(is_always(program, "reported", *words_of("late 1 1 2", 2000))) == race
    for _ in range(RUNS):
        status, said = watched(program, *words_of("spmc 1 1 2", 20_000))
        assert status == 0 and sides(said) in (set(), race)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_producer_of_a_ring_writes_a_slot_that_by_the_language_it_has_not_acquired(tmp_path_factory, compiler):
    """docs/findings.md. Its atomics as C's relaxed ones and its fences as C's: there is none behind the load of c_head."""
    program = built_once(tmp_path_factory, "foreign_ck_ring", compiler, define=["AS_ATOMICS"])
    said = is_always(program, "reported", *words_of("spsc 1 1 1", 2000))
    assert sides(said) == {("_ck_ring_dequeue_sc", "_ck_ring_enqueue_sp")}
    assert "the read is not ordered before the write: a relaxed load has seen what was published after it" in said


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("crowd", ["wfcqueue 1 1 1", "wfcqueue 1 2 1"])
def test_liburcus_queue_as_atomics_is_silent_where_its_store_is_a_release(tmp_path_factory, crowd, compiler):
    """docs/findings.md. Where it is relaxed, the consumer's plain writes of the head's next are told in some runs, and
    nothing else."""
    words = words_of(crowd, 20_000)
    released = built_once(tmp_path_factory, "foreign_wfcqueue", compiler, define=["AS_ATOMICS", "STORE_ORDER=__ATOMIC_RELEASE"])
    is_always(released, "silent", *words)
    relaxed = built_once(tmp_path_factory, "foreign_wfcqueue", compiler, define=["AS_ATOMICS"])
    for _ in range(RUNS):
        status, said = watched(relaxed, *words)
        assert status == 0
        assert sides(said) <= {("___cds_wfcq_append", other) for other in ("_cds_wfcq_node_init", "___cds_wfcq_dequeue_with_state")}
