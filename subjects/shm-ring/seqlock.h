// A record in shared memory behind a sequence lock: the sequence is odd while somebody writes, and a reader
// that saw the same even sequence before and after has read a whole record.
//
//     PROGRAM writer|reader|successor [--name /NAME] [--items N]
//
// The writer makes the record and writes it `--items` (12) times; the reader reads until it has the last
// version. Whoever finds the sequence odd tries a few times, then sleeps on it, and looks after the writer
// when it wakes. The successor comes when the writer has died, makes the record whole and writes what is
// missing; who reads meanwhile waits for it where one is expected (`--successor 1`). Told: "fields", what was
// read; "update", each version; "writer-lost", the sequence at which the reader gave the record up. Exit
// status: 0 done, 2 wrong usage or no shared object.
#pragma once

#include <cstdlib>
#include <cstring>

#include "../common/memory/section.h"
#include "atomics.h"

namespace shm_ring {

constexpr int64_t kRecord = 0;  // the number of the one record, in what is told

template <class Atomics, int kFields>
struct SeqlockMemory {
  shared_memory::SharedHeader header;
  typename Atomics::Seat writer;
  typename Atomics::Seat successor;
  alignas(64) typename Atomics::Word sequence;
  alignas(64) typename Atomics::template Atomic<int64_t> fields[kFields];
};

struct SeqlockOptions {
  const char* role = "";
  const char* name = "/harness-seqlock";
  int items = 12;
  bool is_successor_expected = false;
};

// What a variant does in its own way.
struct RightSeqlock {
  using Atomics = StandardAtomics;
  static constexpr int kFields = 8;
  static constexpr int kTriesBeforeSleep = 100;
  static constexpr bool kGivesUp = true;        // tries are counted, and the writer is looked after
  static constexpr bool kLooksAgain = true;     // at the sequence, after the copy
  static constexpr bool kHeedsOdd = true;       // an odd sequence is a record that is being written
  static constexpr bool kRepairsRecord = true;  // the successor writes a record that was left half-written
};

template <class Variant>
class SeqlockSide {
 public:
  using Atomics = typename Variant::Atomics;
  static constexpr int kFields = Variant::kFields;
  using Memory = SeqlockMemory<Atomics, Variant::kFields>;
  using Seat = typename Atomics::Seat;

  explicit SeqlockSide(const SeqlockOptions& options, Memory* memory = nullptr)
      : options_(options), memory_(memory) {}

  // The whole of a process.
  int run() {
    const bool is_writer = strcmp(options_.role, "writer") == 0;
    const bool is_successor = strcmp(options_.role, "successor") == 0;
    void* memory = is_writer ? shared_memory::create_shared(options_.name, sizeof(Memory))
                             : shared_memory::open_shared(options_.name, sizeof(Memory));
    if (memory == nullptr) return 2;
    memory_ = static_cast<Memory*>(memory);
    if (is_writer) {
      memory_->writer.pid.store(getpid());
      shared_memory::publish(memory_->header);
    }
    if (is_successor) memory_->successor.pid.store(getpid());
    shared_memory::attach(memory_->header, options_.name, options_.is_successor_expected ? 3 : 2);
    HARNESS_PROBE("record.open");
    return take_part(is_writer, is_successor);
  }

  // What it does once the memory is there.
  int take_part(bool is_writer, bool is_successor) {
    if (is_successor) return succeed();
    return is_writer ? write_all(memory_->writer) : read_all();
  }

 private:
  // --- the writer

  // From odd on nobody believes what it reads; the release of the even one publishes the fields.
  void write(int64_t version) {
    const uint32_t sequence = memory_->sequence.load(std::memory_order_relaxed) & ~1U;
    HARNESS_PROBE("write.wanted");
    harness_invoke("update", kRecord);
    memory_->sequence.store(sequence + 1, std::memory_order_relaxed);
    Atomics::fence(Atomics::kPublish);
    HARNESS_PROBE("write.begun");
    for (int field = 0; field < kFields; ++field) {
      if (field == kFields / 2) HARNESS_PROBE("write.half");
      memory_->fields[field].store(version, std::memory_order_relaxed);
    }
    HARNESS_PROBE("write.complete");
    memory_->sequence.store(sequence + 2, Atomics::kPublish);
    HARNESS_PROBE("write.published");
    wake_all(memory_->sequence);
    harness_ok("update", kRecord, version);
    HARNESS_PROBE("write.done");
  }

  int write_all(Seat& own) {
    for (int64_t version = last_version() + 1; version <= options_.items; ++version) write(version);
    own.is_done.store(1, std::memory_order_release);
    return 0;
  }

  // Each version is two steps of the sequence, so it says which one was begun last.
  int64_t last_version() const { return (memory_->sequence.load(Atomics::kSubscribe) + 1) / 2; }

  // Nobody else writes any more, so the record is this one's to mend: the version that was begun is written
  // anew, as a whole.
  int succeed() {
    while (!has_died(memory_->writer)) {
      if (memory_->writer.is_done.load(std::memory_order_acquire) != 0) return leave_unneeded();
      HARNESS_PROBE("writer.watched");
      sleep_on(memory_->sequence, memory_->sequence.load(std::memory_order_relaxed), true);
    }
    HARNESS_PROBE("record.taken-over");
    const bool is_half_written = (memory_->sequence.load(Atomics::kSubscribe) & 1) != 0;
    if (is_half_written && Variant::kRepairsRecord) write(last_version());
    if (is_half_written && !Variant::kRepairsRecord) memory_->sequence.fetch_add(1, Atomics::kPublish);
    wake_all(memory_->sequence);
    HARNESS_PROBE("record.mended");
    return write_all(memory_->successor);
  }

  int leave_unneeded() {
    memory_->successor.is_done.store(1, std::memory_order_release);
    return 0;
  }

  // --- the reader

  // Nobody is left who could still write.
  bool is_abandoned() const {
    if (!has_died(memory_->writer)) return false;
    return !options_.is_successor_expected || has_died(memory_->successor);
  }

  // Sleeps while the sequence is as it was seen. False when nobody will change it any more.
  bool await_change(uint32_t seen) {
    HARNESS_PROBE("record.awaited");
    const bool is_last = is_abandoned();
    if (memory_->sequence.load(Atomics::kSubscribe) != seen) return true;
    if (is_last) return false;
    sleep_on(memory_->sequence, seen, true);
    return true;
  }

  // An even sequence, or false when its writer has died over it.
  bool begin_read(uint32_t& sequence) {
    for (int tries = 1;; ++tries) {
      sequence = memory_->sequence.load(Atomics::kSubscribe);
      if (!Variant::kHeedsOdd || (sequence & 1) == 0) return true;
      if (!Variant::kGivesUp || tries % Variant::kTriesBeforeSleep != 0) continue;
      if (!await_change(sequence)) return false;
    }
  }

  // The fence keeps the copy before the second look (the reader's half of a sequence lock).
  bool copy(uint32_t sequence, int64_t (&values)[kFields]) {
    for (int field = 0; field < kFields; ++field) {
      if (field == kFields / 2) HARNESS_PROBE("copy.half");
      values[field] = memory_->fields[field].load(std::memory_order_relaxed);
    }
    Atomics::fence(Atomics::kSubscribe);
    return !Variant::kLooksAgain || memory_->sequence.load(std::memory_order_relaxed) == sequence;
  }

  int give_up(uint32_t sequence) {
    const int64_t told = sequence;
    harness_observe("writer-lost", 1, &told);
    return 0;
  }

  int read_all() {
    for (;;) {
      uint32_t sequence = 0;
      int64_t values[kFields];
      HARNESS_PROBE("read.wanted");
      if (!begin_read(sequence)) return give_up(sequence);
      if (!copy(sequence, values)) continue;
      const int64_t told[] = {values[0], values[kFields / 2 - 1], values[kFields / 2], values[kFields - 1]};
      harness_observe("fields", 4, told);  // no more fit (probe/probe.h)
      HARNESS_PROBE("read.done");
      if (values[0] == options_.items) return 0;
      if (!await_change(sequence)) return give_up(sequence);
    }
  }

  const SeqlockOptions& options_;
  Memory* memory_ = nullptr;
};

inline bool read_options(int argc, char** argv, SeqlockOptions& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--name") == 0) {
      options.name = argv[i + 1];
    } else if (strcmp(argv[i], "--items") == 0) {
      options.items = atoi(argv[i + 1]);
    } else if (strcmp(argv[i], "--successor") == 0) {
      options.is_successor_expected = atoi(argv[i + 1]) != 0;
    } else {
      return false;
    }
  }
  return true;
}

// main() of every variant.
template <class Variant>
int run_seqlock(int argc, char** argv) {
  SeqlockOptions options;
  if (!read_options(argc, argv, options)) return 2;
  return SeqlockSide<Variant>(options).run();
}

}  // namespace shm_ring
