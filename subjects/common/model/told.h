// What a template tells through probe/probe.h, as its model program hears it. Included once, by that program:
// it takes the place of the probe library, so that the template is the very one that runs natively.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "model/program.h"
#include "model/shared.h"
#include "probe/probe.h"

namespace told {

// One of the operations that have taken effect, in the order of the execution.
struct Operation {
  int thread;
  std::string name;
  int64_t object;
};

// Of the execution that runs.
inline std::vector<Operation>& operations() {
  static std::vector<Operation> all;
  return all;
}

inline void begin() { operations().clear(); }

inline std::vector<int64_t> objects_of(const char* name, int thread) {
  std::vector<int64_t> objects;
  for (const Operation& one : operations()) {
    if (one.thread == thread && one.name == name) objects.push_back(one.object);
  }
  return objects;
}

}  // namespace told

extern "C" {

void (*harness_on_probe)(const char* name) = nullptr;

// The engine itself strikes before each write; nothing strikes at a probe.
int harness_probe(const char*) { return 0; }

void harness_invoke(const char*, int64_t) {}

void harness_ok(const char* operation, int64_t object, int64_t) {
  told::operations().push_back({harness::model::Engine::current().self(), operation, object});
}

void harness_fail(const char*, int64_t, int64_t) {}
void harness_info(const char*, int64_t, int64_t) {}

void harness_observe(const char* name, int count, const int64_t* values) {
  if (strcmp(name, "corrupt") == 0) harness::model::require(false, "a message is not whole");
  if (strcmp(name, "refused") == 0) harness::model::require(false, "what the peer wrote cannot be");
  if (strcmp(name, "fields") != 0) return;
  for (int i = 1; i < count; ++i)
    harness::model::require(values[i] == values[0], "a record was read that nobody wrote");
}
}
