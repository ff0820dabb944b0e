"""What a signal handler must not call is told by its name: in our subjects, and in a program that knows nothing of it."""

import re
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


# --- the list -----------------------------------------------------------------------------------------------


def entries():
    return re.findall(r'^(?:SHARED\()?UNSAFE\w*\((\w+), "([^"]+)", (\w+),', LIST.read_text(), re.M)


def test_the_list_is_sorted_and_every_function_has_its_family():
    symbols = [symbol for symbol, _, _ in entries()]
    assert len(symbols) == len(re.findall(r"^(?:SHARED\()?UNSAFE", LIST.read_text(), re.M)) > 100
    assert symbols == sorted(set(symbols))


def test_no_function_of_the_list_is_async_signal_safe():
    assert not {shown for _, shown, _ in entries()} & set(SAFE)
