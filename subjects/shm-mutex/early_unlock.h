// An update whose last stores come after the unlock.
#pragma once

#include "record.h"

namespace shm_mutex {

// What `release` said.
template <class Memory, class Release>
bool leave_and_update(Memory& record, Release release) {
  const int64_t value = begin_update(record);
  const bool is_released = release();
  HARNESS_PROBE("half-updated");
  finish_update(record, value);
  return is_released;
}

}  // namespace shm_mutex
