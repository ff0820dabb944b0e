// A repair that gives the undo log up before the fields are put back.
#pragma once

#include "record.h"

namespace shm_mutex {

template <class Memory>
void repair_only_once(Memory& record) {
  if (record.undo.in_use == 0) return;
  record.undo.in_use = 0;
  for (int i = kFieldCount - 1; i > 0; --i) {
    const int64_t before = record.undo.before[i];
    record.fields[i] = before;
  }
  HARNESS_PROBE("repair.half");
  const int64_t before = record.undo.before[0];
  record.fields[0] = before;
}

}  // namespace shm_mutex
