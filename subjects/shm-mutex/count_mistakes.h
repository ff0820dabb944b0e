// Counts of recoveries that two threads use in a wrong way.
#pragma once

#include "recovery_count.h"

namespace shm_mutex {

template <class Locks>
struct UnlockedCount {
  typename Locks::template Plain<long> recoveries{0};

  long read() { return recoveries; }
  void add_one() { recoveries = recoveries + 1; }
};

template <class Locks>
struct CountInTwoOrders {
  typename Locks::Mutex count_lock;
  typename Locks::Mutex report_lock;
  typename Locks::template Plain<long> recoveries{0};

  long read() {
    const std::lock_guard<typename Locks::Mutex> reporting(report_lock);
    const std::lock_guard<typename Locks::Mutex> counting(count_lock);
    return recoveries;
  }
  void add_one() {
    const std::lock_guard<typename Locks::Mutex> counting(count_lock);
    const std::lock_guard<typename Locks::Mutex> reporting(report_lock);
    recoveries = recoveries + 1;
  }
};

}  // namespace shm_mutex
