// Writers of one word that are killed wherever they are: `killed DEATHS`. Each is a process that writes a
// word of its own and counts in an atomic that all share, until it is killed; the parent does the same beside
// it. Exit status 0 when the parent came through all of them.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>

namespace {

struct Shared {
  std::atomic<uint64_t> count;
  uint32_t own[2];  // in one cell of the detector: each side has its half
};

void work(Shared& shared, int which) {
  shared.own[which] = shared.own[which] + 1;
  shared.count.fetch_add(1, std::memory_order_acq_rel);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *static_cast<Shared*>(memory);
  for (int death = 0; death < atoi(argv[1]); ++death) {
    const uint64_t before = shared.count.load();
    const pid_t child = fork();
    if (child == 0) {
      for (;;) work(shared, 1);
    }
    while (shared.count.load() < before + 100 + static_cast<uint64_t>(death) % 7) sched_yield();
    kill(child, SIGKILL);
    for (int i = 0; i < 100; ++i) work(shared, 0);
    waitpid(child, nullptr, 0);
  }
  return 0;
}
