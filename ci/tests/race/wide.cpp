// Two processes count in an atomic of 16 bytes, and in each of them two threads in one of their own, which
// lies between mappings that are shared: `wide TURNS`. Exit status 0 when no turn was lost.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <thread>

namespace {

struct alignas(16) Pair {
  uint64_t one;
  uint64_t other;
};

struct Counter {
  std::atomic<Pair> pair;
  std::atomic<int> come;
};

// Two begin at once.
void count(Counter& counter, uint64_t turns) {
  ++counter.come;
  while (counter.come < 2) sched_yield();
  for (uint64_t i = 0; i < turns; ++i) {
    Pair before = counter.pair.load();
    while (!counter.pair.compare_exchange_weak(before, {before.one + 1, before.other + 1})) {
    }
  }
}

bool has_counted(const Counter& counter, uint64_t turns) {
  const Pair found = counter.pair.load();
  return found.one == turns && found.other == turns;
}

Counter* map(int flags) {
  return static_cast<Counter*>(
      mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0));
}

bool has_counted_in_both(Counter& shared, Counter& own, uint64_t turns) {
  std::thread other([&] { count(own, turns); });
  count(own, turns);
  other.join();
  count(shared, turns);
  return has_counted(own, 2 * turns);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const auto turns = static_cast<uint64_t>(atoi(argv[1]));
  auto& shared = *map(MAP_SHARED);
  auto& own = *map(MAP_PRIVATE);
  map(MAP_SHARED);
  const pid_t child = fork();
  const bool is_right = has_counted_in_both(shared, own, turns);
  if (child == 0) _exit(is_right ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return is_right && status == 0 && has_counted(shared, 2 * turns) ? 0 : 1;
}
