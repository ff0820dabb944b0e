// A journal in shared memory: one process appends, and an heir takes it over when that one has died. What has
// been committed is a number of records and the bytes that they take.
//
//     PROGRAM writer|heir [--name /NAME] [--items N]
//
// The writer makes the journal and appends `--items` (6) records. The heir waits until the writer has ended,
// looks at what it has left, and appends what is missing. Told: "update", each record; "fields", the bytes
// that so many records take and those that were committed. Exit status: 0 done, 2 wrong usage or no shared
// object.
#pragma once

#include <cstdlib>
#include <cstring>

#include "../common/memory/section.h"
#include "atomics.h"

namespace shm_ring {

constexpr int64_t kJournal = 0;  // the number of the one journal, in what is told
constexpr uint32_t kRecordBytes = 24;

struct Committed {
  uint32_t records = 0;
  uint32_t bytes = 0;
};

// Both numbers in one word: there is no moment between them.
template <class Atomics>
class OneWord {
 public:
  void store(Committed committed) {
    HARNESS_PROBE("commit.begun");
    both_.store(uint64_t{committed.bytes} << 32 | committed.records, Atomics::kPublish);
  }
  Committed load() const {
    const uint64_t both = both_.load(Atomics::kSubscribe);
    return {.records = static_cast<uint32_t>(both), .bytes = static_cast<uint32_t>(both >> 32)};
  }
  template <class Call>
  void call_all(Call call) {
    call(both_, "commit");
  }

 private:
  alignas(64) typename Atomics::template Atomic<uint64_t> both_;
};

// Mistake of one variant: a death between the two stores leaves bytes without their record.
template <class Atomics>
class TwoWords {
 public:
  void store(Committed committed) {
    bytes_.store(committed.bytes, std::memory_order_relaxed);
    HARNESS_PROBE("commit.begun");
    records_.store(committed.records, Atomics::kPublish);
  }
  Committed load() const {
    const uint32_t records = records_.load(Atomics::kSubscribe);
    return {.records = records, .bytes = bytes_.load(std::memory_order_relaxed)};
  }
  template <class Call>
  void call_all(Call call) {
    call(bytes_, "bytes");
    call(records_, "records");
  }

 private:
  alignas(64) typename Atomics::template Atomic<uint32_t> bytes_;
  typename Atomics::template Atomic<uint32_t> records_;
};

struct JournalOptions {
  const char* role = "";
  const char* name = "/harness-journal";
  int items = 6;
};

// What a variant does in its own way.
struct RightJournal {
  using Atomics = StandardAtomics;
  template <class Types>
  using Commit = OneWord<Types>;
};

template <class Variant>
struct JournalMemory {
  using Atomics = typename Variant::Atomics;
  shared_memory::SharedHeader header;
  typename Atomics::Seat writer;
  typename Atomics::Word news;
  typename Variant::template Commit<Atomics> commit;
};

template <class Variant>
class JournalSide {
 public:
  using Memory = JournalMemory<Variant>;

  explicit JournalSide(const JournalOptions& options, Memory* memory = nullptr)
      : options_(options), memory_(memory) {}

  // The whole of a process.
  int run() {
    const bool is_writer = strcmp(options_.role, "writer") == 0;
    void* memory = is_writer ? shared_memory::create_shared(options_.name, sizeof(Memory))
                             : shared_memory::open_shared(options_.name, sizeof(Memory));
    if (memory == nullptr) return 2;
    memory_ = static_cast<Memory*>(memory);
    if (is_writer) {
      memory_->writer.pid.store(getpid());
      shared_memory::publish(memory_->header);
    }
    shared_memory::attach(memory_->header, options_.name, 2);
    HARNESS_PROBE("journal.open");
    return take_part(is_writer);
  }

  // What it does once the memory is there.
  int take_part(bool is_writer) { return is_writer ? write_all() : inherit(); }

 private:
  void append_missing() {
    for (Committed now = memory_->commit.load(); now.records < static_cast<uint32_t>(options_.items);) {
      now = {.records = now.records + 1, .bytes = now.bytes + kRecordBytes};
      HARNESS_PROBE("record.wanted");
      harness_invoke("update", kJournal);
      memory_->commit.store(now);
      harness_ok("update", kJournal, now.records);
      HARNESS_PROBE("record.appended");
    }
  }

  int write_all() {
    append_missing();
    // First what the heir waits for: who dies after is_done alone has not died for anybody, and left it
    // asleep.
    memory_->news.store(1, Variant::Atomics::kPublish);
    memory_->writer.is_done.store(1, std::memory_order_release);
    wake_all(memory_->news);
    return 0;
  }

  int inherit() {
    while (memory_->news.load(Variant::Atomics::kSubscribe) == 0 && !has_died(memory_->writer)) {
      HARNESS_PROBE("writer.watched");
      sleep_on(memory_->news, 0, true);
    }
    const Committed left = memory_->commit.load();
    const int64_t told[] = {int64_t{left.records} * kRecordBytes, left.bytes};
    harness_observe("fields", 2, told);
    HARNESS_PROBE("journal.taken-over");
    append_missing();
    return 0;
  }

  const JournalOptions& options_;
  Memory* memory_ = nullptr;
};

inline bool read_options(int argc, char** argv, JournalOptions& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--name") == 0) {
      options.name = argv[i + 1];
    } else if (strcmp(argv[i], "--items") == 0) {
      options.items = atoi(argv[i + 1]);
    } else {
      return false;
    }
  }
  return true;
}

// main() of every variant.
template <class Variant>
int run_journal(int argc, char** argv) {
  JournalOptions options;
  if (!read_options(argc, argv, options)) return 2;
  return JournalSide<Variant>(options).run();
}

}  // namespace shm_ring
