// RaceReport: what the race detector between processes (probe/race) wrote of two accesses that nothing
// orders.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/sanitizer_report.h"

namespace harness {

struct RaceReport {
  struct Side {
    std::string access;  // read, write, atomic read, atomic write
    int bytes = 0;
    int pid = 0;
    std::vector<std::string> stack;  // innermost first: "take at subjects/shm-ring/spsc.h:189"

    bool operator==(const Side&) const = default;
  };

  std::string place;  // the object and the offset in it: "/dev/shm/ring+0x20"
  Side later;         // who found it
  Side earlier;
  std::string missing_order;

  bool operator==(const RaceReport&) const = default;

  // In the form that all sanitizers' reports have, for what is known of them: the kind is "data race", the
  // place that of the later access.
  SanitizerReport in_short() const;
};

// All whole reports in what a process wrote, in order. One that was cut off by its process's death is none.
std::vector<RaceReport> race_reports(std::string_view text);

// Where the detector gave up watching, or "".
std::string end_of_watch(std::string_view text);

}  // namespace harness
