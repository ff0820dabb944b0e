// What a shard says at its end: how it fared case by case, and how to judge the whole.
#pragma once

#include <string>

#include "record/run_record.h"

namespace harness {

// Some lines; record.info.shard must be there.
std::string shard_summary(const RunRecord& record);

}  // namespace harness
