// A buffer of a few places between a producer and a consumer, counted by two semaphores.
//
//     PROGRAM producer|consumer [--name /NAME] [--items N]
//
// The producer makes the shared object. Exit status: 0 done, 2 wrong usage or no shared object, 3 the other
// one has died.
#pragma once

#include <semaphore.h>

#include <cstdlib>
#include <cstring>

#include "../common/memory/liveness.h"
#include "../common/memory/section.h"

namespace sem_buffer {

using shared_memory::Seat;

constexpr int kPlaces = 4;
constexpr int64_t kLastItem = -1;  // no item: the producer has ended well
constexpr int kPatienceMs = 50;

struct Buffer {
  shared_memory::SharedHeader header;
  sem_t free;
  sem_t filled;
  sem_t mutex;  // whoever moves a position has it
  Seat producer;
  Seat consumer;
  int64_t written;
  int64_t read;
  int64_t items[kPlaces];
};

struct Program;

struct Run {
  const Program& program;
  const char* name = "/harness-buffer";
  int items = 8;
  Buffer* buffer = nullptr;
  Seat* other = nullptr;
};

// The steps in which variants differ.
struct Program {
  // Takes a token: false when nobody is left to give it.
  bool (*wait)(const Run& run, sem_t* semaphore);
  // Takes a free place and then the mutex. False when the consumer has died.
  bool (*take_place)(const Run& run);
  // Tells that one more place is filled.
  void (*tell_filled)(const Run& run);
};

// A semaphore does not tell that the other one has died, so it is looked after. What was posted before its
// death is still there, hence the last try.
inline bool wait_and_look(const Run& run, sem_t* semaphore) {
  for (;;) {
    const timespec deadline = shared_memory::from_now(kPatienceMs);
    if (sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline) == 0) return true;
    if (errno != ETIMEDOUT) continue;
    if (shared_memory::has_died(*run.other)) return sem_trywait(semaphore) == 0;
  }
}

// First the place, then the mutex: nobody may sleep for a place with the mutex in hand.
inline bool place_then_mutex(const Run& run) {
  return run.program.wait(run, &run.buffer->free) && run.program.wait(run, &run.buffer->mutex);
}

inline void post_once(const Run& run) { sem_post(&run.buffer->filled); }

inline Program buffer_program() {
  return {.wait = wait_and_look, .take_place = place_then_mutex, .tell_filled = post_once};
}

inline bool put(const Run& run, int64_t item) {
  if (!run.program.take_place(run)) return false;
  Buffer& buffer = *run.buffer;
  buffer.items[buffer.written % kPlaces] = item;
  HARNESS_PROBE("item.placed");
  ++buffer.written;
  sem_post(&buffer.mutex);
  run.program.tell_filled(run);
  return true;
}

// Who has died with the mutex cannot use the buffer any more: the other one is alone with it.
inline int64_t get(const Run& run) {
  Buffer& buffer = *run.buffer;
  if (!run.program.wait(run, &buffer.filled)) return kLastItem;
  run.program.wait(run, &buffer.mutex);
  const int64_t item = buffer.items[buffer.read % kPlaces];
  buffer.items[buffer.read % kPlaces] = 0;
  ++buffer.read;
  HARNESS_PROBE("item.taken");
  sem_post(&buffer.mutex);
  sem_post(&buffer.free);
  return item;
}

inline int produce(const Run& run) {
  for (int64_t item = 1; item <= run.items; ++item) {
    harness_invoke("send", item);
    if (!put(run, item)) {
      harness_fail("send", item, EPIPE);
      return 3;
    }
    harness_ok("send", item, sizeof(item));
    HARNESS_PROBE("item.sent");
  }
  return put(run, kLastItem) ? 0 : 3;
}

inline int consume(const Run& run) {
  HARNESS_PROBE("item.wanted");
  for (int64_t item = get(run); item != kLastItem; item = get(run)) {
    if (item == 0) harness_observe("corrupt", 1, &item);
    if (item != 0) harness_ok("receive", item, sizeof(item));
  }
  harness_observe("drained", 0, nullptr);
  return 0;
}

inline bool make(Run& run) {
  run.buffer = static_cast<Buffer*>(shared_memory::create_shared(run.name, sizeof(Buffer)));
  if (run.buffer == nullptr) return false;
  Buffer& buffer = *run.buffer;
  sem_init(&buffer.free, 1, kPlaces);
  sem_init(&buffer.filled, 1, 0);
  sem_init(&buffer.mutex, 1, 1);
  shared_memory::publish(buffer.header);
  return true;
}

inline bool open(Run& run) {
  run.buffer = static_cast<Buffer*>(shared_memory::open_shared(run.name, sizeof(Buffer)));
  return run.buffer != nullptr;
}

inline bool read_options(int argc, char** argv, Run& run) {
  if (argc < 2 || argc % 2 != 0) return false;
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--name") == 0) {
      run.name = argv[i + 1];
    } else if (strcmp(argv[i], "--items") == 0) {
      run.items = atoi(argv[i + 1]);
    } else {
      return false;
    }
  }
  return strcmp(argv[1], "producer") == 0 || strcmp(argv[1], "consumer") == 0;
}

// main() of every variant.
inline int run(const Program& program, int argc, char** argv) {
  Run run{.program = program};
  if (!read_options(argc, argv, run)) return 2;
  const bool is_producer = strcmp(argv[1], "producer") == 0;
  if (is_producer ? !make(run) : !open(run)) return 2;
  Buffer& buffer = *run.buffer;
  Seat& own = is_producer ? buffer.producer : buffer.consumer;
  run.other = is_producer ? &buffer.consumer : &buffer.producer;
  own.pid.store(getpid());
  shared_memory::attach(buffer.header, run.name, 2);
  HARNESS_PROBE("buffer.open");
  const int status = is_producer ? produce(run) : consume(run);
  own.is_done.store(1);
  return status;
}

}  // namespace sem_buffer
