// 600 words, each written at a place of its own by one process, and three of them read at places of their own
// by another, which has seen by a relaxed flag that it may: `places`.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <utility>

namespace {

constexpr int kWords = 600;
volatile int sink;

struct Shared {
  std::atomic<int> is_written;
  alignas(64) int words[kWords];
};

template <int kWord>
__attribute__((noinline)) void write_word(volatile int* words) {
  words[kWord] = kWord;
  sink = 1;
}

template <int kWord>
__attribute__((noinline)) void read_word(const volatile int* words) {
  sink = words[kWord];
}

template <int... kAll>
void write_all(volatile int* words, std::integer_sequence<int, kAll...>) {
  (write_word<kAll>(words), ...);
}

}  // namespace

int main() {
  auto& shared = *static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const pid_t writer = fork();
  if (writer == 0) {
    write_all(shared.words, std::make_integer_sequence<int, kWords>());
    shared.is_written.store(1, std::memory_order_relaxed);
    _exit(0);
  }
  while (shared.is_written.load(std::memory_order_relaxed) == 0) sched_yield();
  read_word<0>(shared.words);
  read_word<299>(shared.words);
  read_word<599>(shared.words);
  waitpid(writer, nullptr, 0);
  return 0;
}
