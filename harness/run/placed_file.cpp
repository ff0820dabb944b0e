#include "run/placed_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "os/fd.h"

namespace harness {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 255;

std::array<uint8_t, 256> digit_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<uint8_t>(kDigits[i])] = static_cast<uint8_t>(i);
  }
  return values;
}

Status write_all(const Fd& file, const std::string& content) {
  for (size_t at = 0; at < content.size();) {
    const ssize_t count = ::write(file.get(), content.data() + at, content.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("write");
    at += static_cast<size_t>(count);
  }
  return done();
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  static const std::array<uint8_t, 256> values = digit_values();
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int bit_count = 0;
  for (const char digit : text) {
    const uint8_t value = values[static_cast<uint8_t>(digit)];
    if (value == kNoDigit) return std::nullopt;
    bits = bits << 6 | value;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes.push_back(static_cast<char>(bits >> bit_count));
  }
  return bytes;
}

Result<PlacedFile> placed_file_from(const nlohmann::json& put) {
  PlacedFile file{.path = put.at("path"), .mode = put.value("mode", 0644U) & 07777U};
  if (file.path.empty() || file.path[0] != '/') {
    return usage_error("put \"" + file.path + "\": the path must be absolute");
  }
  auto content = decode_base64(put.at("data").get_ref<const std::string&>());
  if (!content) return usage_error("put " + file.path + ": the data is not base64");
  file.content = std::move(*content);
  return file;
}

// Written beside and renamed: a program that is being executed cannot be opened for writing (ETXTBSY).
Status place(const PlacedFile& file) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file.path).parent_path(), error);
  if (error) return Error{"put " + file.path + ": its directory: " + error.message()};
  const std::string draft = file.path + ".part";
  {
    const Fd out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!out.is_open()) return system_error("put " + file.path);
    if (Status written = write_all(out, file.content); !written) {
      return Error(written.error()).in("put " + file.path);
    }
    if (::fchmod(out.get(), file.mode) != 0) return system_error("put " + file.path);
  }
  if (std::rename(draft.c_str(), file.path.c_str()) != 0) return system_error("put " + file.path);
  return done();
}

}  // namespace harness
