"""What a signal handler must not call is told by its name: in our subjects, and in a program that knows nothing of it."""

import platform
import re
import shutil
import subprocess

import pytest

from conftest import BUILD, ROOT, compile_c
from test_sanitizers import skip_where_missing

pytestmark = pytest.mark.native_only

LIST = ROOT / "harness" / "probe" / "async_unsafe.inc"
LIBRARY = BUILD / "libharness-signal-safety.so"
NEEDLE = {
    "calls-malloc": "calls malloc (allocator) at note",
    "calls-printf": "calls printf (stdio) at print",
    "calls-snprintf": "calls snprintf (stdio) at write_text",
    "locks-mutex": "calls pthread_mutex_lock (threads) at note",
    "calls-exit": "calls exit (process) at end",
    "allocates-in-qsort": "it interrupted qsort at",
    "jumps-out-of-qsort": "calls malloc (allocator) at main",
}

# POSIX.1-2008 with TC2, as signal-safety(7) lists them.
SAFE = """
abort accept access aio_error aio_return aio_suspend alarm bind cfgetispeed cfgetospeed cfsetispeed cfsetospeed chdir chmod
chown clock_gettime close connect creat dup dup2 execl execle execv execve faccessat fchdir fchmod fchmodat fchown fchownat
fcntl fdatasync fexecve ffs fork fstat fstatat fsync ftruncate futimens getegid geteuid getgid getgroups getpeername getpgrp
getpid getppid getsockname getsockopt getuid htonl htons kill link linkat listen longjmp lseek lstat memccpy memchr memcmp
memcpy memmove memset mkdir mkdirat mkfifo mkfifoat mknod mknodat ntohl ntohs open openat pause pipe poll posix_trace_event
pselect pthread_kill pthread_self pthread_sigmask raise read readlink readlinkat recv recvfrom recvmsg rename renameat rmdir
select sem_post send sendmsg sendto setgid setpgid setsid setsockopt setuid shutdown sigaction sigaddset sigdelset
sigemptyset sigfillset sigismember siglongjmp signal sigpause sigpending sigprocmask sigqueue sigset sigsuspend sleep
sockatmark socket socketpair stat stpcpy stpncpy strcat strchr strcmp strcpy strcspn strlen strncat strncmp strncpy strnlen
strpbrk strrchr strspn strstr strtok_r symlink symlinkat tcdrain tcflow tcflush tcgetattr tcgetpgrp tcsendbreak tcsetattr
tcsetpgrp time timer_getoverrun timer_gettime timer_settime times umask uname unlink unlinkat utime utimensat utimes wait
waitpid wcpcpy wcpncpy wcscat wcschr wcscmp wcscpy wcscspn wcslen wcsncat wcsncmp wcsncpy wcsnlen wcspbrk wcsrchr wcsspn
wcsstr wcstok wmemchr wmemcmp wmemcpy wmemmove wmemset write _exit _Exit
""".split()

PROGRAM = r"""
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void* volatile kept;
static sigjmp_buf back;
HANDLER
static int compare(const void* a, const void* b) { raise(SIGUSR2); return *(const int*)a - *(const int*)b; }
int main(int argc, char** argv) {
  (void)argc; (void)argv; (void)compare;
  BODY
  return 0;
}
"""


def findings(run):
    found = {}
    for case in run.cases():
        for finding in case["findings"]:
            if finding["checker"] == "signal_safety":
                found.setdefault(case["variant"], []).append(finding["message"])
    return found


# --- our subjects -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["native", "asan", "arm64-user", "arm64"])
def test_each_call_is_caught_by_name_and_the_correct_handlers_are_silent(harness, target):
    skip_where_missing(target)
    run = harness("run", "unsafe-call-in-handler", "--target", target)
    assert run.status == 0, run.stdout + run.stderr
    found = findings(run)
    assert set(found) == set(NEEDLE)
    for variant, needle in NEEDLE.items():
        assert any(needle in message for message in found[variant]), found[variant]
        assert all(f"subjects/signal-safety/mutants/{variant}.cpp:" in message for message in found[variant])
        assert all("SIGUSR1" in message for message in found[variant])


@pytest.mark.parametrize("target", ["native", "asan", "arm64-user", "arm64"])
def test_a_call_is_told_with_the_calls_that_led_to_it(harness, target):
    skip_where_missing(target)
    run = harness("run", "unsafe-call-in-handler", "--target", target)
    found = findings(run)
    source = r"\S*subjects/signal-safety/mutants/calls-snprintf\.cpp"
    for message in found["calls-snprintf"]:
        assert re.search(rf"at write_text {source}:10 in the handler of SIGUSR1 \(note {source}:14\), "
                         rf"called by note {source}:15; ", message), message
    assert all("called by" not in message for variant in set(found) - {"calls-snprintf"} for message in found[variant])


def test_what_posix_allows_is_told_apart_from_undefined_behaviour(harness):
    run = harness("run", "unsafe-call-in-handler")
    found = findings(run)
    assert all("which POSIX allows" in message for message in found["calls-printf"])
    assert all(message.endswith("undefined behaviour") for message in found["allocates-in-qsort"])
    assert all("was left by a jump out of qsort" in message for message in found["jumps-out-of-qsort"])


# --- programs of users --------------------------------------------------------------------------------------


def program(folder, handler, body, flags=()):
    return compile_c(folder, PROGRAM.replace("HANDLER", handler).replace("BODY", body), *flags)


def scenario(harness, command):
    return harness.scenario(f"""
summary: one program of the user's own
roles: {{ mine: {{ command: {command} }} }}
faults: [none]
checkers: [signal_safety, {{ exit_status: {{ mine: 0 }} }}]
""")


PRINTS = 'static void print(int s) { printf("%d\\n", s); }'
WRITES = 'static void note(int s) { (void)s; (void)!write(1, "x", 1); }'


def test_an_unmodified_program_is_watched_and_its_call_is_named_with_its_line(harness):
    mine = program(harness.folder, PRINTS, "signal(SIGUSR1, print); raise(SIGUSR1);", ["-g"])
    run = harness("run", scenario(harness, f'["{mine}"]'))
    assert run.status == 1, run.stdout + run.stderr
    (message,) = findings(run)["program"]
    assert "calls printf (stdio) at print" in message and "program.c:" in message and "SIGUSR1" in message


def test_an_unmodified_program_whose_handler_writes_is_good(harness):
    body = 'void* p = malloc(9); signal(SIGUSR1, note); raise(SIGUSR1); printf("%d\\n", p != 0); free(p);'
    mine = program(harness.folder, WRITES, body)
    assert harness("run", scenario(harness, f'["{mine}"]')).status == 0


def test_a_child_that_a_shell_starts_is_watched_as_well(harness):
    mine = program(harness.folder, PRINTS, "signal(SIGUSR1, print); raise(SIGUSR1);")
    run = harness("run", scenario(harness, f'[sh, -c, "{mine}; true"]'))
    assert run.status == 1 and "calls printf" in run.stdout, run.stdout


@pytest.mark.parametrize("flags, handled", [((), ""), (["-static"], "signal(SIGUSR1, print); raise(SIGUSR1);")])
def test_where_no_handler_is_seen_nothing_is_said(harness, flags, handled):
    mine = program(harness.folder, PRINTS, f"(void)print; {handled}", flags)
    run = harness("run", scenario(harness, f'["{mine}"]'))
    assert run.status == 2, run.stdout
    assert "no signal handler was seen to run" in run.stdout


# --- the watch by itself ------------------------------------------------------------------------------------


def told(folder, handler, body):
    mine = program(folder, handler, body, ["-O1"])
    ended = subprocess.run([mine], env={"LD_PRELOAD": str(LIBRARY), "HARNESS_HANDLERS": "-"}, capture_output=True,
                           text=True, check=True)
    return re.findall(r"^(unsafe|jumped) function=(.*) family=.* interrupted=(\S+) ", ended.stderr, re.M)


JUMPS = "static void jump(int s) { (void)s; siglongjmp(back, 1); }"
ALLOCATES = "static void allocate(int s) { (void)s; kept = malloc(9); }"
USES = 'kept = malloc(9); free(kept); printf("%d\\n", kept != 0);'
ON_STACK = "stack_t own = {.ss_sp = malloc(65536), .ss_size = 65536}; sigaltstack(&own, NULL);"
QSORT = "int numbers[] = {2, 1}; qsort(numbers, 2, sizeof numbers[0], compare);"


def action(handler, flags, signal="SIGUSR1"):
    field = "sa_sigaction" if "SIGINFO" in flags else "sa_handler"
    return f"{{ struct sigaction a = {{.{field} = {handler}, .sa_flags = {flags}}}; sigaction({signal}, &a, NULL); }}"


@pytest.mark.parametrize("handler, body, expected", [
    (ALLOCATES, "signal(SIGUSR1, allocate); raise(SIGUSR1);" + USES, [("unsafe", "malloc", "-")]),
    (ALLOCATES, "sysv_signal(SIGUSR1, allocate); raise(SIGUSR1);" + USES, [("unsafe", "malloc", "-")]),
    (JUMPS, "signal(SIGUSR1, jump); if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);" + USES, []),
    (JUMPS, ON_STACK + action("jump", "SA_ONSTACK") + "if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);" + USES, []),
    (JUMPS, "signal(SIGUSR2, jump); if (sigsetjmp(back, 1) == 0) {" + QSORT + "}" + USES,
     [("jumped", "malloc", "qsort")]),
    (ALLOCATES, "signal(SIGUSR2, allocate);" + QSORT, [("unsafe", "malloc", "qsort")]),
    ("static void inform(int s, siginfo_t* i, void* c) { (void)c; if (i->si_signo == s) kept = malloc(9); }",
     ON_STACK + action("inform", "SA_SIGINFO | SA_ONSTACK") + "raise(SIGUSR1);" + USES, [("unsafe", "malloc", "-")]),
    (ALLOCATES + "static void nest(int s) { (void)s; raise(SIGUSR2); kept = strdup(\"a\"); }",
     "signal(SIGUSR1, nest); signal(SIGUSR2, allocate); raise(SIGUSR1);" + USES,
     [("unsafe", "malloc", "-"), ("unsafe", "strdup", "-")]),
    ("static void jump_inside(int s) { (void)s; if (sigsetjmp(back, 1) == 0) siglongjmp(back, 1); kept = malloc(9); }",
     "signal(SIGUSR1, jump_inside); raise(SIGUSR1);" + USES, [("unsafe", "malloc", "-")]),
    ("static void jump_on(int s) { (void)s; raise(SIGUSR2); kept = malloc(9); }" + JUMPS,
     "signal(SIGUSR1, jump_on); signal(SIGUSR2, jump); if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);" + USES, []),
], ids=["signal", "sysv_signal", "left by a jump", "left by a jump from its own stack", "left out of qsort", "inside qsort",
        "SA_SIGINFO on its own stack", "nested", "a jump inside the handler", "both left by one jump"])
def test_who_is_in_a_handler_is_known(tmp_path, handler, body, expected):
    assert told(tmp_path, handler, body) == expected


def test_what_a_child_calls_is_told_under_its_own_process_id(tmp_path):
    body = """signal(SIGUSR1, allocate); printf("%d\\n", getpid()); fflush(stdout);
  if (fork() == 0) { raise(SIGUSR1); kept = malloc(9); free(kept); printf("%d\\n", getpid()); return 0; }
  wait(NULL); raise(SIGUSR1);"""
    mine = program(tmp_path, ALLOCATES, body, ["-include", "sys/wait.h"])
    ended = subprocess.run([mine], env={"LD_PRELOAD": str(LIBRARY), "HARNESS_HANDLERS": "-"}, capture_output=True,
                           text=True, check=True)
    parent, child = ended.stdout.split()
    assert re.findall(r"^unsafe .* pid=(\d+) ", ended.stderr, re.M) == [child, parent]


def test_the_program_sees_its_own_handlers_and_flags(tmp_path):
    body = action("note", "SA_RESETHAND") + r"""
  struct sigaction seen;
  sigaction(SIGUSR1, NULL, &seen);
  if (seen.sa_handler != note || (seen.sa_flags & SA_SIGINFO) != 0) return 1;
  raise(SIGUSR1);
  sigaction(SIGUSR1, NULL, &seen);
  if (seen.sa_handler != SIG_DFL) return 2;
  if (signal(SIGUSR1, SIG_IGN) != SIG_DFL || signal(SIGUSR1, note) != SIG_IGN) return 3;
  if (signal(SIGUSR1, SIG_DFL) != note || signal(SIGKILL, note) != SIG_ERR) return 4;"""
    assert told(tmp_path, WRITES, body) == []


# --- the calls from the handler to the unsafe one ------------------------------------------------------------

CHAIN = r"""
#include <signal.h>
#include <stdio.h>
#define OUTSIDE __attribute__((noinline)) static
#define STAYS __asm__ volatile("")  /* so that no call is the last thing that a function does */
OUTSIDE void deeper(int s) {
  printf("%d\n", s); STAYS;  // in deeper
}
OUTSIDE void helper(int s) {
  ALIGNED char text[200]; char more[s];
  __asm__ volatile("" :: "r"(text), "r"(more) : "memory");
  deeper(s + 1); STAYS;  // in helper
}
static void print(int s) {
  helper(s); STAYS;  // in print
}
int main(void) { signal(SIGUSR1, print); raise(SIGUSR1); return 0; }
"""


def line_with(source, text):
    return source[:source.index(text)].count("\n") + 1


def compiled(compiler, folder, source, *flags):
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler} here")
    (folder / "program.c").write_text(source)
    command = [compiler, "-g", "-o", str(folder / "program"), str(folder / "program.c"), *flags]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / "program"


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("flags", ["-O2", "-O0", "-O2 -fno-omit-frame-pointer", "-O2 -DALIGNED=_Alignas(64)"])
def test_every_call_between_handler_and_printf_is_named_in_order_with_its_line(harness, compiler, flags):
    source = CHAIN if "ALIGNED" in flags else CHAIN.replace("ALIGNED ", "")
    mine = compiled(compiler, harness.folder, source, *flags.split())
    run = harness("run", scenario(harness, f'["{mine}"]'))
    assert run.status == 1, run.stdout + run.stderr
    (message,) = findings(run)["program"]
    lines = {name: line_with(source, f"// in {name}") for name in ("deeper", "helper", "print")}
    assert re.search(rf"calls printf \(stdio\) at deeper \S*program\.c:{lines['deeper']} in the handler of SIGUSR1 "
                     rf"\(print \S*program\.c:{lines['print'] - 1}\), called by helper \S*program\.c:{lines['helper']}, "
                     rf"by print \S*program\.c:{lines['print']}; this time", message), message


def stacks(folder, source, flags=("-O2",)):
    """Each call that is told, with the names of the functions from the one it stands in outwards, and the word for what is
    further out. The program must end well."""
    if shutil.which("addr2line") is None:
        pytest.skip("no addr2line here")
    mine = compiled("gcc", folder, source, *flags)
    ended = subprocess.run([mine], env={"LD_PRELOAD": str(LIBRARY), "HARNESS_HANDLERS": "-"}, capture_output=True,
                           text=True, check=False)
    assert ended.returncode == 0, ended
    return stacks_of(mine, ended.stderr)


def stacks_of(mine, text):
    told_calls = {}
    for line in text.splitlines():
        frame = re.match(r"frame call=(\d+) pid=\d+ place=\(\S+\+(\w+)\)", line)
        call = re.match(r"\w+ function=(\w+) .* call=(\d+) frames=(\d+) stack=(\S+) .* caller=\(\S+\+(\w+)\)", line)
        if frame:
            told_calls[frame[1]][1].append(frame[2])
        if call:
            told_calls[call[2]] = (call[1], [call[5]], call[4], int(call[3]))
    assert all(len(places) == 1 + frames for _, places, _, frames in told_calls.values()), text
    return [(function, names_of(mine, places), stack) for function, places, stack, _ in told_calls.values()]


def names_of(mine, places):
    said = subprocess.run(["addr2line", "-f", "-e", mine, *places], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[::2]


HEAD = r"""
#define _GNU_SOURCE
#include <alloca.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#define OUTSIDE __attribute__((noinline)) static
#define STAYS __asm__ volatile("")
static void* volatile kept;
"""


def test_each_way_that_leads_to_a_call_is_told_once(tmp_path):
    source = HEAD + r"""
OUTSIDE void release(void) { free(kept); STAYS; }
OUTSIDE void one(void) { release(); STAYS; }
OUTSIDE void other(void) { STAYS; release(); STAYS; }
static void handle(int s) { (void)s; one(); other(); one(); STAYS; }
int main(void) { signal(SIGUSR1, handle); for (int i = 0; i < 300; ++i) raise(SIGUSR1); return 0; }
"""
    ways = [["release", "one", "handle"], ["release", "other", "handle"], ["release", "one", "handle"]]
    assert stacks(tmp_path, source) == [("free", way, "whole") for way in ways]


def test_the_stack_of_a_nested_handler_is_its_own(tmp_path):
    source = HEAD + r"""
OUTSIDE void release(void) { free(kept); STAYS; }
static void inner(int s) { (void)s; release(); STAYS; }
OUTSIDE void interrupted(void) { raise(SIGUSR2); STAYS; kept = malloc(9); STAYS; }
static void outer(int s) { (void)s; interrupted(); STAYS; }
int main(void) { signal(SIGUSR1, outer); signal(SIGUSR2, inner); raise(SIGUSR1); return 0; }
"""
    assert stacks(tmp_path, source) == [("free", ["release", "inner"], "whole"),
                                        ("malloc", ["interrupted", "outer"], "whole")]


@pytest.mark.parametrize("last, names", [("helper()", ["release", "helper"]), ("free(kept)", ["handle"])])
def test_a_handler_that_ends_with_a_call_is_still_where_the_stack_ends(tmp_path, last, names):
    source = HEAD + r"""
OUTSIDE void release(void) { free(kept); STAYS; }
OUTSIDE void helper(void) { release(); STAYS; }
static void handle(int s) { (void)s; (void)helper; LAST; }
int main(void) { signal(SIGUSR1, handle); raise(SIGUSR1); return 0; }
""".replace("LAST", last)
    assert stacks(tmp_path, source) == [("free", names, "whole")]


def test_of_a_deep_stack_the_innermost_calls_are_told_and_that_there_are_more(tmp_path):
    source = HEAD + r"""
OUTSIDE int release(int depth) { if (depth > 0) { depth = release(depth - 1); STAYS; } else free(kept); return depth + 1; }
static void handle(int s) { release(30); release(15); (void)s; STAYS; }
int main(void) { signal(SIGUSR1, handle); raise(SIGUSR1); return 0; }
"""
    assert stacks(tmp_path, source, ["-O1", "-fno-inline", "-fno-optimize-sibling-calls"]) == [
        ("free", ["release"] * 17, "longer"), ("free", ["release"] * 16 + ["handle"], "whole")]


BY_HAND = r"""
void by_hand(void (*function)(void));
__asm__(".text\n.type by_hand, @function\nby_hand:\nINFORMATION push %rbx\n call *%rdi\n pop %rbx\n ret\nEND"
        ".size by_hand, . - by_hand\n");
OUTSIDE void release(void) { free(kept); STAYS; }
OUTSIDE void inner(void) { release(); STAYS; }
static void handle(int s) { (void)s; by_hand(inner); STAYS; }
int main(void) { signal(SIGUSR1, handle); raise(SIGUSR1); return 0; }
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="assembler of x86-64")
@pytest.mark.parametrize("information", ["", ".cfi_startproc\\n"], ids=["no unwind data", "wrong unwind data"])
def test_where_code_does_not_say_who_called_it_the_stack_ends_early_and_says_so(tmp_path, information):
    end = ".cfi_endproc\\n" if information else ""
    source = HEAD + BY_HAND.replace("INFORMATION", information).replace("END", end)
    ((function, names, stack),) = stacks(tmp_path, source)
    assert (function, names[:3], stack) == ("free", ["release", "inner", "by_hand"], "unreadable")


ALTERNATE = HEAD + r"""
static char room[65536];
OUTSIDE void release(void) { free(kept); STAYS; }
static void fill(size_t left) {
  char* const here = __builtin_frame_address(0);
  char* const used = alloca(left == 0 ? 1 : (size_t)(here - room) - 32768 - left);
  __asm__ volatile("" :: "r"(used) : "memory");
  release(); STAYS;
}
static int has_ended;
static void handle(int s) { (void)s; fill(LEFT); STAYS; has_ended = 1; }
int main(void) {
  memset(room, 0x5a, sizeof room);
  stack_t own = {.ss_sp = room + 32768, .ss_size = SIZE};
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
  if (sigaltstack(&own, NULL) != 0) return 3;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  for (int i = 0; i < 32768; ++i) if (room[i] != 0x5a) return 1;
  return has_ended ? 0 : 2;
}
"""


@pytest.mark.parametrize("size, left, stack", [(8192, 0, "whole"), (32768, 1900, "no-room")])
def test_a_handler_on_a_small_stack_of_its_own_runs_to_its_end_and_is_told(tmp_path, size, left, stack):
    source = ALTERNATE.replace("SIZE", str(size)).replace("LEFT", str(left))
    ((function, names, word),) = stacks(tmp_path, source, ["-O2", "-Wl,-z,now"])
    assert (function, names[0], word) == ("free", "release", stack)
    assert names[-1] == ("handle" if stack == "whole" else "release")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="assembler of x86-64")
def test_what_is_told_makes_no_system_call(tmp_path):
    """In seccomp's strict mode any call but read, write, exit and sigreturn kills; int3 needs none to raise SIGTRAP."""
    source = HEAD + r"""
OUTSIDE void release(void) { free(kept); STAYS; }
static void handle(int s) { (void)s; release(); STAYS; }
int main(void) {
  signal(SIGTRAP, handle);
  if (prctl(PR_SET_SECCOMP, 1) != 0) return 1;
  __asm__ volatile("int3");
  syscall(SYS_exit, 0);
}
"""
    mine = compiled("gcc", tmp_path, source, "-O2")
    log = tmp_path / "log"
    log.write_bytes(bytes(65536))
    subprocess.run([mine], env={"LD_PRELOAD": str(LIBRARY), "HARNESS_HANDLERS": str(log)}, check=True)
    text = log.read_bytes()[4:].replace(b"\0", b"").decode()
    assert text.startswith("ran signal=5 ")
    assert stacks_of(mine, text) == [("free", ["release", "handle"], "whole")]


# --- the list -----------------------------------------------------------------------------------------------


def entries():
    return re.findall(r'^(?:SHARED\()?UNSAFE\w*\((\w+), "([^"]+)", (\w+),', LIST.read_text(), re.M)


def test_the_list_is_sorted_and_every_function_has_its_family():
    symbols = [symbol for symbol, _, _ in entries()]
    assert len(symbols) == len(re.findall(r"^(?:SHARED\()?UNSAFE", LIST.read_text(), re.M)) > 100
    assert symbols == sorted(set(symbols))


def test_no_function_of_the_list_is_async_signal_safe():
    assert not {shown for _, shown, _ in entries()} & set(SAFE)
