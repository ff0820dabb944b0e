// A recovery that works on a copy of the undo log on its heap, as one does that first checks what it is going
// to write.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "record.h"

namespace shm_mutex {

inline std::unique_ptr<int64_t[]> copy_of_log(const Record& record) {
  auto copy = std::make_unique<int64_t[]>(kFieldCount);
  std::copy_n(record.undo.before, kFieldCount, copy.get());
  return copy;
}

inline void repair_from(const int64_t* before, Record& record) {
  if (record.undo.in_use == 0) return;
  for (int i = kFieldCount - 1; i >= 0; --i) record.fields[i] = before[i];
  keep_order(record);
  record.undo.in_use = 0;
}

}  // namespace shm_mutex
