// A record whose stores the compiler may move, since nothing keeps their order.
#pragma once

#include "record.h"

namespace shm_mutex {

struct UnorderedRecord : Record {};

inline void keep_order(const UnorderedRecord&) {}

}  // namespace shm_mutex
