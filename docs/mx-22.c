// A robust, process-shared pthread mutex loses a wake-up when a waiter is killed that has been woken and has
// not taken the mutex yet, and somebody else has. Nothing here depends on luck: the waiter stands still where
// its FUTEX_WAIT has returned, by ptrace(2), and that somebody sleeps is read from /proc.
//
//   gcc -Wall -O2 -pthread -o mx-22 mx-22.c && ./mx-22          # a robust mutex
//                                              ./mx-22 pi       # with PTHREAD_PRIO_INHERIT
// Exit status: 0 the last waiter got the mutex, 1 it sleeps for ever at a mutex that is free, 2 trouble.
#define _GNU_SOURCE
#include <errno.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t* mutex;

static void say(const char* what) {
  printf("%-62s word 0x%08x\n", what, (unsigned)mutex->__data.__lock);
  fflush(stdout);
}

static void must(int is_right, const char* what) {
  if (is_right) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(2);
}

// Asleep in futex(2), as the kernel says; the call is the first word of /proc/PID/syscall. A stopped process
// is not asleep.
static int sleeps_on_futex(pid_t pid) {
  char path[64];
  char text[512] = "";
  snprintf(path, sizeof path, "/proc/%d/syscall", pid);
  FILE* file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fgets(text, sizeof text, file) == NULL) text[0] = 0;
  fclose(file);
  if (atol(text) != SYS_futex || text[0] < '0' || text[0] > '9') return 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fgets(text, sizeof text, file) == NULL) text[0] = 0;
  fclose(file);
  const char* after_name = strrchr(text, ')');
  return after_name != NULL && after_name[2] == 'S';
}

static void wait_until_asleep(pid_t pid) {
  while (!sleeps_on_futex(pid)) sched_yield();
}

static int has_ended(pid_t pid) { return waitpid(pid, NULL, WNOHANG) == pid; }

// Locks, repairs, unlocks, ends.
static pid_t start_waiter(int is_traced) {
  const pid_t pid = fork();
  must(pid >= 0, "fork");
  if (pid > 0) return pid;
  if (is_traced) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
  }
  const int error = pthread_mutex_lock(mutex);
  if (error == EOWNERDEAD) pthread_mutex_consistent(mutex);
  if (error == 0 || error == EOWNERDEAD) pthread_mutex_unlock(mutex);
  _exit(error == EOWNERDEAD ? 3 : 0);
}

static void next_stop(pid_t pid) {
  int status = 0;
  must(ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0, "ptrace");
  must(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "the traced waiter");
}

int main(int argc, char** argv) {
  mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(mutex != MAP_FAILED, "mmap");
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  const int is_pi = argc > 1 && strcmp(argv[1], "pi") == 0;
  if (is_pi) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  pthread_mutex_init(mutex, &attributes);
  struct utsname kernel;
  uname(&kernel);
  printf("glibc %s, %s %s, %s robust mutex\n", gnu_get_libc_version(), kernel.sysname, kernel.release,
         is_pi ? "priority-inheritance" : "plain");

  pthread_mutex_lock(mutex);
  say("A takes the mutex");
  const pid_t b = start_waiter(1);
  int status = 0;
  must(waitpid(b, &status, 0) == b && WIFSTOPPED(status), "B");
  next_stop(b);  // at the entry of its futex call
  must(ptrace(PTRACE_SYSCALL, b, NULL, NULL) == 0, "ptrace");
  wait_until_asleep(b);
  const pid_t c = start_waiter(0);
  wait_until_asleep(c);
  say("B sleeps in FUTEX_WAIT, then C does");

  pthread_mutex_unlock(mutex);
  must(waitpid(b, &status, 0) == b && WIFSTOPPED(status), "B at the return of its futex call");
  say("A unlocks; B is woken and stands where its call returned");
  const int error = pthread_mutex_trylock(mutex);
  say(error == 0 ? "A takes the mutex again, on the fast path" : "A cannot have it: the kernel gave it to B");
  must(kill(b, SIGKILL) == 0 && waitpid(b, &status, 0) == b && WIFSIGNALED(status), "the death of B");
  say("B is killed by SIGKILL, and gone");
  if (error == 0) {
    pthread_mutex_unlock(mutex);
    say("A unlocks");
  }

  // Whatever is to wake C has happened by now: it ends, or it is asleep and nobody is left who would.
  while (!has_ended(c)) {
    if (!sleeps_on_futex(c)) {
      sched_yield();
      continue;
    }
    say("C sleeps for ever, though nobody owns the mutex");
    kill(c, SIGKILL);
    waitpid(c, NULL, 0);
    return 1;
  }
  say("C got the mutex and has ended");
  return 0;
}
