// Where and when a run takes place, as its folder says.
#pragma once

#include <filesystem>
#include <string>

#include "record/run_record.h"

namespace harness {

HostInfo this_host();

// Sorts by time, and no two runs of a machine share one.
std::string new_run_id();

std::string now_iso();

// `latest` beside the run folder, replaced in one step.
void point_latest_at(const std::filesystem::path& folder);

}  // namespace harness
