// The classes of mistakes that are planted in mutants, so that a report can say which kind is seen where.
#pragma once

#include <string>
#include <vector>

namespace harness {

struct MistakeClass {
  std::string id;     // what stands under `class:` in a scenario
  std::string words;  // the mistake in one line, for people
};

// In the order in which tables have them: order of memory, locks and deaths, memory itself, streams.
const std::vector<MistakeClass>& mistake_classes();

std::vector<std::string> mistake_class_ids();

// The words of a class; its id where this harness does not know it, as in a record of a later one.
std::string mistake_words(const std::string& id);

}  // namespace harness
