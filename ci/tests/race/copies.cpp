// A payload that nothing but memcpy, memmove or memset touches: `copies HOW BYTES whole|end|right`. The
// writer fills it, the reader does the same to the whole of it, or reads its last byte, without an order;
// right: in order. The sizes are constants, so that the compiler may put the copies into the code.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace {

struct Shared {
  std::atomic<int> flag;
  alignas(64) unsigned char bytes[5000];  // more than a page of the detector's
};

Shared* shared;
unsigned char own[5000];

struct Way {
  void (*write)();
  void (*touch)();
};

template <size_t kBytes>
Way way_of(const char* how) {
  if (strcmp(how, "memcpy") == 0)
    return {[] { memcpy(shared->bytes, own, kBytes); }, [] { memcpy(own, shared->bytes, kBytes); }};
  if (strcmp(how, "memmove") == 0)
    return {[] { memmove(shared->bytes, own, kBytes); }, [] { memmove(own, shared->bytes, kBytes); }};
  return {[] { memset(shared->bytes, 7, kBytes); }, [] { memset(shared->bytes, 8, kBytes); }};
}

Way way_of(const char* how, size_t bytes) {
  if (bytes == 64) return way_of<64>(how);
  if (bytes == 200) return way_of<200>(how);
  return bytes == 1000 ? way_of<1000>(how) : way_of<5000>(how);
}

volatile unsigned char sink;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  const auto bytes = static_cast<size_t>(atoi(argv[2]));
  const Way way = way_of(argv[1], bytes);
  const bool is_right = strcmp(argv[3], "right") == 0;
  shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (fork() == 0) {
    way.write();
    shared->flag.store(1, is_right ? std::memory_order_release : std::memory_order_relaxed);
    _exit(0);
  }
  while (shared->flag.load(is_right ? std::memory_order_acquire : std::memory_order_relaxed) == 0)
    sched_yield();
  if (strcmp(argv[3], "end") == 0) sink = shared->bytes[bytes - 1];
  if (strcmp(argv[3], "end") != 0) way.touch();
  wait(nullptr);
  return 0;
}
