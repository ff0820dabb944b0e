#include "target/code_places.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <cctype>
#include <map>
#include <optional>
#include <sstream>

#include "os/child.h"
#include "os/fd.h"
#include "os/files.h"
#include "os/program.h"

namespace harness {
namespace {

// That of a cross-compiler reads its machine's programs, ours not always.
Result<std::string> line_finder(const std::string& architecture) {
  if (architecture == own_architecture()) return find_program("addr2line", "");
  return find_program(architecture + "-linux-gnu-addr2line", "");
}

std::string output_of(const std::vector<std::string>& command) {
  const Fd output(::memfd_create("harness-addr2line", MFD_CLOEXEC));
  if (!output.is_open()) return "";
  const auto child = start_child({.command = command, .output = output.get()});
  if (!child) return "";
  int status = 0;
  while (::waitpid(*child, &status, 0) < 0) {
    if (errno != EINTR) return "";
  }
  const auto said = read_file("/proc/self/fd/" + std::to_string(output.get()));
  return said && status == 0 ? *said : "";
}

// addr2line -f says two lines: the function, and FILE:LINE with "??" for what is not known.
std::string found_place(const std::string& file, const std::string& address) {
  const auto program = inspect_program(file);
  const auto finder = program ? line_finder(program->architecture) : Result<std::string>(Error{""});
  if (!finder) return "";
  std::istringstream lines(output_of({*finder, "-f", "-C", "-e", file, address}));
  std::string function;
  std::string place;
  std::getline(lines, function);
  std::getline(lines, place);
  place = place.substr(0, place.find(" (discriminator"));
  if (place.empty() || place[0] == '?' || place.ends_with(":?") || place.ends_with(":0")) return "";
  const std::string_view unnamed = "(anonymous namespace)::";
  while (function.starts_with(unnamed)) function.erase(0, unnamed.size());
  return function.substr(0, function.find('(')) + " " + place;
}

std::string known_place(const std::string& file, const std::string& address) {
  static std::map<std::pair<std::string, std::string>, std::string> cache;
  const auto known = cache.find({file, address});
  if (known != cache.end()) return known->second;
  return cache[{file, address}] = found_place(file, address);
}

}  // namespace

std::string with_code_places(const std::string& text) {
  std::string written;
  size_t done = 0;
  for (size_t open = 0; (open = text.find("=(/", open)) != std::string::npos; ++open) {
    const size_t close = text.find_first_of(")\n", open);
    const size_t plus = text.rfind("+0x", close);
    if (close == std::string::npos || plus == std::string::npos || plus < open) continue;
    const size_t begin = open + 2;
    const std::string place =
        known_place(text.substr(begin, plus - begin), text.substr(plus + 1, close - plus - 1));
    if (place.empty()) continue;
    written += text.substr(done, begin - done) + place;
    done = close;
  }
  return written + text.substr(done);
}

void write_code_places(History& history) {
  for (Event& event : history) {
    if (event.kind != EventKind::output || event.name != "handlers") continue;
    event.data["text"] = with_code_places(event.data.value("text", ""));
  }
}

}  // namespace harness
