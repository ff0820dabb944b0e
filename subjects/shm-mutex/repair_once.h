// A repair that gives the undo log up before the fields are put back.
#pragma once

#include "record.h"

namespace shm_mutex {

template <class Memory>
void repair_only_once(Memory& record) {
  if (record.undo.in_use == 0) return;
  record.undo.in_use = 0;
  put_back(record);
}

}  // namespace shm_mutex
