// The memory injector: a hostile or broken peer that writes into memory which it shares with the victim, or
// makes it shorter, at the very point at which the victim stands.
#include <charconv>
#include <optional>

#include "inject/injector.h"

namespace harness {
namespace {

struct Corruption {
  std::string object;
  uint64_t offset = 0;
  std::vector<unsigned char> bytes;
};

template <class Number>
bool read_number(std::string_view text, int base, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// "frame+0:00000040"
std::optional<Corruption> read_corruption(std::string_view text) {
  const size_t colon = text.rfind(':');
  const size_t plus = text.substr(0, colon).rfind('+');
  if (colon == std::string_view::npos || plus == std::string_view::npos || plus == 0) return std::nullopt;
  Corruption corruption{.object = std::string(text.substr(0, plus))};
  if (!read_number(text.substr(plus + 1, colon - plus - 1), 10, corruption.offset)) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
  for (size_t at = 0; at < digits.size(); at += 2) {
    unsigned char byte = 0;
    if (!read_number(digits.substr(at, 2), 16, byte)) return std::nullopt;
    corruption.bytes.push_back(byte);
  }
  return corruption;
}

struct Truncation {
  std::string object;
  uint64_t size = 0;
};

// "frame:4096"
std::optional<Truncation> read_truncation(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Truncation truncation{.object = std::string(text.substr(0, colon))};
  if (!read_number(text.substr(colon + 1), 10, truncation.size)) return std::nullopt;
  return truncation;
}

std::string in_hexadecimal(const std::vector<unsigned char>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xF];
  }
  return text;
}

class MemoryInjector : public Injector {
 public:
  std::string_view id() const override { return "memory"; }

  std::vector<ActionKind> actions() const override {
    return {
        {"corrupt", "corrupt(NAME+OFFSET:HEX)",
         "these bytes are written into the shared object that the victim has mapped under this name, as a "
         "peer could"},
        {"truncate", "truncate(NAME:BYTES)",
         "the shared object that the victim has mapped under this name gets this size, as a peer could"}};
  }

  Status accepts(const Fault& fault) const override {
    if (fault.action.name == "truncate") {
      if (read_truncation(fault.action.argument)) return done();
      return usage_error("action truncate(" + fault.action.argument +
                         "): write NAME:BYTES, the size that it gets, as in truncate(frame:4096)");
    }
    if (read_corruption(fault.action.argument)) return done();
    return usage_error("action corrupt(" + fault.action.argument +
                       "): write NAME+OFFSET:HEX, an offset in bytes and two digits a byte, as in "
                       "corrupt(frame+0:00000040)");
  }

  Result<Performed> perform(const Fault& fault, Victim& victim) const override {
    return fault.action.name == "truncate" ? truncate(fault, victim) : corrupt(fault, victim);
  }

 private:
  static Result<Performed> truncate(const Fault& fault, Victim& victim) {
    const Truncation truncation = *read_truncation(fault.action.argument);
    ASSIGN_OR_RETURN(const uint64_t before, victim.truncate_shared(truncation.object, truncation.size));
    return Performed{
        .details = {
            {"memory", {{"object", truncation.object}, {"size_before", before}, {"size", truncation.size}}}}};
  }

  static Result<Performed> corrupt(const Fault& fault, Victim& victim) {
    const Corruption corruption = *read_corruption(fault.action.argument);
    ASSIGN_OR_RETURN(const std::vector<unsigned char> before,
                     victim.write_shared(corruption.object, corruption.offset, corruption.bytes));
    return Performed{.details = {{"memory",
                                  {{"object", corruption.object},
                                   {"offset", corruption.offset},
                                   {"before", in_hexadecimal(before)},
                                   {"after", in_hexadecimal(corruption.bytes)}}}}};
  }
};

const Registration<Injector> registration{std::make_unique<MemoryInjector>()};

}  // namespace
}  // namespace harness
