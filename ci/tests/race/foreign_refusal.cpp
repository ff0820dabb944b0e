// A batch that moodycamel::ConcurrentQueue refuses, for there is no room for it, and what comes out later, in
// one process: `foreign_refusal after|while`. Exit status 0 when it comes out as it went in.
#include <concurrentqueue/concurrentqueue.h>

#include <cstdint>
#include <cstring>

namespace {

struct Traits : moodycamel::ConcurrentQueueDefaultTraits {
  static constexpr size_t BLOCK_SIZE = 4;
  static constexpr size_t EXPLICIT_INITIAL_INDEX_SIZE = 4;
  static constexpr size_t MAX_SUBQUEUE_SIZE = 32;
};

// What came out, which goes on before the second number of a batch has.
struct Came {
  uint64_t numbers[32];
  uint64_t count;
  void (*meanwhile)();
};

struct Writer {
  Came* came;
  Writer& operator*() { return *this; }
  Writer& operator++() { return *this; }
  Writer& operator++(int) { return *this; }
  Writer& operator=(uint64_t number) {
    if (came->count == 1) came->meanwhile();
    came->numbers[came->count++] = number;
    return *this;
  }
};

moodycamel::ConcurrentQueue<uint64_t, Traits> queue(1);
moodycamel::ProducerToken token(queue);
uint64_t last;  // that went in

bool put(uint64_t count) {
  uint64_t numbers[32];
  for (uint64_t i = 0; i < count; ++i) numbers[i] = last + i + 1;
  if (!queue.enqueue_bulk(token, numbers, count)) return false;
  last += count;
  return true;
}

bool get(uint64_t first, uint64_t count, void (*meanwhile)()) {
  Came came{.numbers = {}, .count = 0, .meanwhile = meanwhile};
  bool is_right = queue.try_dequeue_bulk(Writer{&came}, count) == count;
  for (uint64_t i = 0; i < count; ++i) is_right = is_right && came.numbers[i] == first + i;
  return is_right;
}

void nothing() {}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  if (strcmp(argv[1], "after") == 0)
    return put(8) && get(1, 4, nothing) && !put(31) && put(8) && get(5, 12, nothing) ? 0 : 1;
  if (strcmp(argv[1], "while") == 0)  // 32 come out, and when the first has, 8 more go in
    return put(16) && !put(32) && put(16) && get(1, 32, [] { put(8); }) ? 0 : 1;
  return 64;
}
