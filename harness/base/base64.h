// Base64 (RFC 4648, with padding): bytes of any kind within a line of JSON.
#pragma once

#include <string>
#include <string_view>

namespace harness {

std::string encode_base64(std::string_view bytes);

}  // namespace harness
