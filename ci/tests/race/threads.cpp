// A thread of the C++ library that writes into shared memory, and is joined before another process reads:
// `threads right|wrong`. wrong: the other process does not wait for the join.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

namespace {

struct Shared {
  std::atomic<int> is_written;  // relaxed: it orders nothing
  std::atomic<int> is_joined;
  alignas(64) int number;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const bool is_right = strcmp(argv[1], "right") == 0;
  auto& shared = *static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const pid_t reader = fork();
  if (reader == 0) {
    const auto& flag = is_right ? shared.is_joined : shared.is_written;
    const auto order = is_right ? std::memory_order_acquire : std::memory_order_relaxed;
    while (flag.load(order) == 0) sched_yield();
    _exit(shared.number == 8 ? 0 : 1);
  }
  std::mutex mutex;
  shared.number = 6;
  std::thread writer([&] {
    const std::lock_guard<std::mutex> lock(mutex);
    ++shared.number;
  });
  writer.join();
  ++shared.number;
  shared.is_written.store(1, std::memory_order_relaxed);
  shared.is_joined.store(1, std::memory_order_release);
  int status = 0;
  waitpid(reader, &status, 0);
  return WEXITSTATUS(status);
}
