// What fork(2) and waitpid(2) order, with a number in shared memory: `births NAME`, and `births list`. Who
// reads it has seen by a relaxed flag, which orders nothing, that it is written; or in a lock of the child's
// own making that this has died (set_robust_list(2)). Exit status 0 when it came.
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

struct Lock {
  robust_list entry;
  std::atomic<uint32_t> word;
};

struct Shared {
  std::atomic<int> flag;
  alignas(64) int number;
  alignas(64) Lock lock;
};

Shared* shared;

void write_number() {
  shared->number = 7;
  shared->flag.store(1, std::memory_order_relaxed);
}

int read_number() {
  while (shared->flag.load(std::memory_order_relaxed) == 0) sched_yield();
  return shared->number == 7 ? 0 : 1;
}

int status_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

pid_t fork_writer() {
  const pid_t child = fork();
  if (child == 0) write_number(), _exit(0);
  return child;
}

pid_t fork_reader() {
  const pid_t child = fork();
  if (child == 0) _exit(read_number());
  return child;
}

// Dies with the lock, which the kernel then marks, when the other has seen that it is held.
pid_t fork_holder() {
  const pid_t child = fork();
  if (child != 0) return child;
  robust_list_head held{{&shared->lock.entry}, offsetof(Lock, word) - offsetof(Lock, entry), nullptr};
  shared->lock.entry.next = &held.list;
  syscall(SYS_set_robust_list, &held, sizeof held);
  shared->lock.word.store(static_cast<uint32_t>(getpid()), std::memory_order_relaxed);
  shared->number = 7;
  while (shared->flag.load(std::memory_order_relaxed) == 0) sched_yield();
  _exit(0);
}

int read_number_of_dead(std::memory_order order) {
  while (shared->lock.word.load(order) == 0) sched_yield();
  shared->flag.store(1, std::memory_order_relaxed);
  while ((shared->lock.word.load(order) & FUTEX_OWNER_DIED) == 0) sched_yield();
  return shared->number == 7 ? 0 : 1;
}

constexpr bool race = true, silent = false;

struct Case {
  const char* name;
  bool is_race;
  int (*run)();
};

const Case cases[] = {
    {"parent-before-the-fork", silent, [] { return write_number(), status_of(fork_reader()); }},
    {"parent-before-two-forks", silent,
     [] {
       write_number();
       const pid_t child = fork();
       if (child == 0) _exit(status_of(fork_reader()));
       return status_of(child);
     }},
    {"parent-behind-the-fork", race,
     [] {
       const pid_t child = fork_reader();
       write_number();
       return status_of(child);
     }},
    {"child-that-is-waited-for", silent, [] { return status_of(fork_writer()), read_number(); }},
    {"child-that-is-not", race,
     [] {
       const pid_t child = fork_writer();
       const int status = read_number();
       return status + status_of(child);
     }},
    {"child-that-is-waited-for-and-the-next", silent,
     [] { return status_of(fork_writer()) + status_of(fork_reader()); }},
    {"child-whose-death-a-lock-tells", silent,
     [] {
       const pid_t holder = fork_holder();
       const int status = read_number_of_dead(std::memory_order_acquire);
       return status + status_of(holder);
     }},
    {"child-whose-death-a-relaxed-look-tells", race,
     [] {
       const pid_t holder = fork_holder();
       const int status = read_number_of_dead(std::memory_order_relaxed);
       return status + status_of(holder);
     }},
    {"two-children", race,
     [] {
       const pid_t writer = fork_writer();
       const int status = status_of(fork_reader());
       return status + status_of(writer);
     }},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  for (const Case& one : cases) {
    if (strcmp(argv[1], "list") == 0) printf("%s %s\n", one.name, one.is_race ? "race" : "silent");
    if (strcmp(argv[1], one.name) == 0) return one.run();
  }
  return strcmp(argv[1], "list") == 0 ? 0 : 64;
}
