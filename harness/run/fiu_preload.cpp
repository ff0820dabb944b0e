#include "run/fiu_preload.h"

#include <algorithm>
#include <cctype>

#include "base/suggest.h"
#include "os/files.h"

namespace harness {
namespace {

constexpr std::string_view kPrefix = "posix/";
constexpr std::string_view kReduce = "/reduce";

bool is_name_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '/' || letter == '_';
}

// The names stand in the library as C strings.
std::vector<std::string> points_in(const std::string& bytes) {
  std::vector<std::string> names;
  for (size_t at = bytes.find(kPrefix); at != std::string::npos; at = bytes.find(kPrefix, at + 1)) {
    const size_t end = static_cast<size_t>(
        std::find_if_not(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), is_name_letter) -
        bytes.begin());
    const std::string name = bytes.substr(at, end - at);
    const bool is_whole = at > 0 && bytes[at - 1] == '\0' && end < bytes.size() && bytes[end] == '\0';
    if (is_whole && std::count(names.begin(), names.end(), name) == 0) names.push_back(name);
  }
  return names;
}

}  // namespace

std::string after_runtime(const Program& program, const std::string& libraries) {
  for (const std::string& name : program.libraries) {
    const bool is_runtime = name.rfind("libasan.so", 0) == 0 || name.rfind("libtsan.so", 0) == 0;
    if (is_runtime && libraries.find(name) == std::string::npos) return name + " " + libraries;
  }
  return libraries;
}

bool is_posix_point(const InjectionPoint& point) {
  return point.kind == InjectionPoint::Kind::probe && point.name.starts_with(kPrefix);
}

Result<std::string> posix_preload_library() {
  for (const char* path : {"/usr/lib/fiu/fiu_posix_preload.so", "/usr/local/lib/fiu/fiu_posix_preload.so"}) {
    if (exists(path)) return std::string(path);
  }
  return unavailable(
      "fiu_posix_preload.so is not installed here, so there are no points probe:posix/…; apt-get install "
      "fiu-utils");
}

Status check_posix_point(const InjectionPoint& point, const std::string& library) {
  ASSIGN_OR_RETURN(const std::string bytes, read_file(library));
  if (point.name.ends_with(kReduce)) {
    return usage_error(
        to_string(point) +
        ": libfiu divides by the length there, and so kills a program that transfers nothing; use "
        "short(BYTES) at syscall:read/enter and the like");
  }
  const std::vector<std::string> known = points_in(bytes);
  if (std::count(known.begin(), known.end(), point.name) != 0) return done();
  return usage_error(not_found("point of libfiu", point.name, known));
}

Status preload_posix(RoleInstance& role, const InjectionPoint& point, const std::string& directory,
                     const std::string& probe_library, const std::string& architecture) {
  ASSIGN_OR_RETURN(const std::string library, posix_preload_library());
  TRY(check_posix_point(point, library));
  if (architecture != own_architecture())
    return unavailable(to_string(point) + " needs libfiu's library for " + architecture +
                       ", which is not there");
  ASSIGN_OR_RETURN(const std::string path, find_program(role.command.front(), directory));
  ASSIGN_OR_RETURN(const Program program, inspect_program(path));
  if (program.is_elf && program.libraries.empty()) {
    return usage_error(
        "role " + role.name + ": " + path +
        " is linked statically, so that no library can be put before it; use syscall:NAME/enter "
        "instead of " +
        to_string(point));
  }
  std::string& preloaded = role.environment["LD_PRELOAD"];
  if (preloaded.empty() && role.probes.empty()) preloaded = probe_library;
  if (preloaded.find(library) == std::string::npos) preloaded += (preloaded.empty() ? "" : " ") + library;
  preloaded = after_runtime(program, preloaded);
  role.probes.push_back(point.name);
  role.from_zygote = false;  // points are registered before main: a copy would have those of another case
  return done();
}

}  // namespace harness
