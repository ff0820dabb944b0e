// The data under the lock, and how it is changed so that a death in the middle can be undone.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "../common/memory/shared_memory.h"
#include "probe/probe.h"

namespace shm_mutex {

using namespace shared_memory;

constexpr int kFieldCount = 3;
constexpr int64_t kLock = 0;     // the number of the one lock, in what is recorded
constexpr int64_t kCounter = 0;  // the number of the one counter

// What the fields were before the update that is under way.
struct UndoLog {
  int64_t in_use;  // non-zero from before the first field is written until after the last
  int64_t before[kFieldCount];
};

// What the participants share. All fields are equal whenever nobody is inside the lock: each update adds one
// to each.
struct Record {
  SharedHeader header;
  pthread_mutex_t mutex;
  pthread_cond_t owner_is_done;  // the variants with a condition variable wait on it for owner_has_updated
  int64_t owner_has_updated;
  int64_t fields[kFieldCount];
  UndoLog undo;
};

// Keeps the compiler from moving stores across. No fence of the processor is needed: a killed process stops
// between two instructions, and the kernel's release of its robust list orders all its stores before the next
// owner's loads.
inline void keep_order(const Record&) { std::atomic_signal_fence(std::memory_order_seq_cst); }

// What follows is a template over the record alone: harness/model goes through all its executions.

// Starts an update and leaves it half done: the log is written and the first field is ahead. The new value.
template <class Memory>
int64_t begin_update(Memory& record) {
  harness_invoke("update", kCounter);
  for (int i = 0; i < kFieldCount; ++i) {
    const int64_t before = record.fields[i];
    record.undo.before[i] = before;
  }
  keep_order(record);
  record.undo.in_use = 1;
  keep_order(record);
  const int64_t value = record.fields[0] + 1;
  record.fields[0] = value;
  return value;
}

template <class Memory>
void finish_update(Memory& record, int64_t value) {
  for (int i = 1; i < kFieldCount; ++i) record.fields[i] = value;
  keep_order(record);
  record.undo.in_use = 0;
  HARNESS_PROBE("updated");
  harness_ok("update", kCounter, value);
}

template <class Memory>
void update(Memory& record) {
  const int64_t value = begin_update(record);
  HARNESS_PROBE("half-updated");
  finish_update(record, value);
}

// The last field goes first: half a repair is then as torn as the update was.
template <class Memory>
void put_back(Memory& record) {
  for (int i = kFieldCount - 1; i > 0; --i) {
    const int64_t before = record.undo.before[i];
    record.fields[i] = before;
  }
  HARNESS_PROBE("repair.half");
  const int64_t before = record.undo.before[0];
  record.fields[0] = before;
}

// Gives the log up only once the fields are put back, so that it can be begun again by whoever comes after a
// participant that died in here.
template <class Memory>
void repair(Memory& record) {
  if (record.undo.in_use == 0) return;
  put_back(record);
  keep_order(record);
  record.undo.in_use = 0;
}

// What EOWNERDEAD asks for. The order matters: a death before consistent() gives EOWNERDEAD to the next one
// too, who then repairs again; a death after it finds the data whole.
template <class Memory>
void recover(Memory& record, void (*mend)(Memory&), void (*declare)(Memory&)) {
  HARNESS_PROBE("recovering");
  mend(record);
  HARNESS_PROBE("repaired");
  declare(record);
  HARNESS_PROBE("consistent");
}

// Tells what a participant finds when it comes in. In a correct program nobody ever finds unequal fields.
template <class Memory>
void observe_fields(const Memory& record) {
  int64_t fields[kFieldCount];
  for (int i = 0; i < kFieldCount; ++i) fields[i] = record.fields[i];
  harness_observe("fields", kFieldCount, fields);
}

}  // namespace shm_mutex
