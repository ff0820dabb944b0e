// The faults of a scenario, read from its file.
#pragma once

#include "run/scenario_file.h"
#include "run/yaml_reader.h"

namespace harness {

// Reads the list under `faults:` into the scenario, whose roles are known.
void read_faults(const YamlReader& yaml, const YAML::Node& list, Scenario& scenario);

// A probe can be parked at for its first 64 arrivals (probe/journal.h); instructions are many.
int read_arrival(const YamlReader& yaml, const YAML::Node& node, bool is_instruction = false);

// Complains of a role that the scenario does not have.
void check_role(const YamlReader& yaml, const YAML::Node& node, const std::string& name,
                const Scenario& scenario);

}  // namespace harness
