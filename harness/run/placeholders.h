// Placeholders: {tmp}, {address} and the like in the words of a scenario (core/scenario.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace harness {

// The text with each "{name}" replaced by its value; others stay as they are.
std::string filled(std::string text, const std::vector<std::pair<std::string, std::string>>& values);

// Error (usage): a word has what is nearly a placeholder. {tpm} is a slip, {print $1} is awk.
Status check_placeholders(const std::vector<std::string>& words);

}  // namespace harness
