// Registry: the parts of one kind that are linked into this program, found by name.
//
// A part registers itself from its own file, so that adding one edits nothing elsewhere:
//     const Registration<Checker> registration{std::make_unique<Progress>()};
// Layers that register parts are CMake OBJECT libraries: a STATIC one silently drops such a file.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace harness {

// Part must have `std::string_view id() const`, unique among its kind.
template <typename Part>
class Registry {
 public:
  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  void add(std::unique_ptr<Part> part) {
    CHECK(find(part->id()) == nullptr) << "registered twice: " << part->id();
    parts_.push_back(std::move(part));
    std::sort(parts_.begin(), parts_.end(), [](const auto& a, const auto& b) { return a->id() < b->id(); });
  }

  // Owned by the registry; nullptr when there is none of that name.
  const Part* find(std::string_view id) const {
    for (const auto& part : parts_) {
      if (part->id() == id) return part.get();
    }
    return nullptr;
  }

  // All parts, by id.
  std::vector<const Part*> all() const {
    std::vector<const Part*> result;
    for (const auto& part : parts_) result.push_back(part.get());
    return result;
  }

 private:
  std::vector<std::unique_ptr<Part>> parts_;
};

// Registers one part for the life of the program.
template <typename Part>
struct Registration {
  explicit Registration(std::unique_ptr<Part> part) { Registry<Part>::instance().add(std::move(part)); }
};

}  // namespace harness
