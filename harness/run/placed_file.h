// PlacedFile: a file that a coordinator puts onto the machine of its worker: a program under test.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace harness {

struct PlacedFile {
  std::string path;  // absolute
  unsigned mode = 0644;
  std::string content;
};

// Reads {"path", "mode", "data": base64}. Errors name the path: not absolute, not base64.
Result<PlacedFile> placed_file_from(const nlohmann::json& put);

// Writes it, with the directories above it. What runs from an older file of that name goes on running from
// it.
Status place(const PlacedFile& file);

// RFC 4648, with padding; nullopt for anything else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace harness
