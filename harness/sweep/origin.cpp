#include "sweep/origin.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "os/files.h"
#include "os/functions.h"
#include "os/procfs.h"
#include "os/program.h"

namespace harness {
namespace {

constexpr size_t kNameMax = 48;
constexpr uint64_t kBelowRedZone = 512;  // beyond the red zone (x86-64 psABI)
constexpr uint64_t kRedZone = 128;
constexpr uint64_t kMostShared = 16 << 20;
constexpr const char* kPassesProbe = "harness_probe";
constexpr const char* kProbeLibrary[] = {"harness_probe", "harness_invoke", "harness_ok",
                                         "harness_fail",  "harness_info",   "harness_observe"};

// Whose memory a thread's id may stand in without meaning anything: what lies below the stack pointer is
// waste.
bool is_waste(uint64_t address, const Mapping& mapping, uint64_t stack) {
  return stack >= mapping.start && stack < mapping.end && address < stack - kRedZone;
}

}  // namespace

std::string text_at(pid_t pid, uint64_t address) {
  std::string text;
  for (char c = 0; text.size() < kNameMax; text += c) {
    if (!read_memory(pid, address + text.size(), &c, 1) || c == '\0') break;
  }
  return text;
}

Result<std::unique_ptr<Origin>> Origin::start(const OriginOrder& order) {
  ASSIGN_OR_RETURN(const Program program, inspect_program(order.program));
  if (!program.is_elf) return usage_error(order.program + " is a script; name the program that runs");
  // Names are bound before main: the first call of a function would else run through the dynamic loader.
  const Launch launch{.program = order.program,
                      .command = order.command,
                      .environment = {{"LD_BIND_NOW", "1"}},
                      .directory = order.directory,
                      .stdout_path = order.output,
                      .stderr_path = order.output,
                      .traced = true};
  std::unique_ptr<Origin> origin(new Origin);
  ASSIGN_OR_RETURN(origin->zygote_, Zygote::start(launch, program.entry, program.main));
  TRY(origin->find_bounds(order));
  TRY(origin->run_to_begin(order));
  ASSIGN_OR_RETURN(origin->robust_head_, robust_head_address(origin->pid()));
  TRY(origin->check_identity());
  TRY(origin->check_files());
  TRY(origin->move_shared_memory());
  TRY(origin->zygote_->start_copies_here());
  return origin;
}

Status Origin::find_bounds(const OriginOrder& order) {
  for (const char* name : kProbeLibrary) {
    if (const auto address = find_function(pid(), name)) bounds_.uncounted.push_back(*address);
  }
  bounds_.vdso = vdso_of(pid());
  const CodePlace& from = order.region.from;
  const CodePlace& to = order.region.to;
  if ((from.is_probe || to.is_probe) && bounds_.uncounted.empty())
    return usage_error(order.program +
                       " has no probes; name functions, as in pthread_mutex_lock..pthread_mutex_unlock");
  if (!from.is_probe) {
    ASSIGN_OR_RETURN(bounds_.first, find_function(pid(), from.name));
  }
  if (to.is_probe) {
    bounds_.last = bounds_.uncounted.front();
    bounds_.last_probe = to.name;
  } else {
    ASSIGN_OR_RETURN(bounds_.last, find_function(pid(), to.name));
  }
  return done();
}

Status Origin::run_to(uint64_t address) {
  SweptProcess original(pid());
  const auto reached = original.run_to(address);
  if (!reached) {
    original.release();
    return reached.error();
  }
  if (original.release() < 0 || !*reached)
    return unavailable("the region was never reached: the program ended first, or sleeps");
  return done();
}

Status Origin::run_to_probe(uint64_t passes_probe, const std::string& name) {
  for (;;) {
    TRY(run_to(passes_probe));
    ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid()));
    if (text_at(pid(), first_argument(there)) != name) continue;
    return run_to(return_address(pid(), there));
  }
}

Status Origin::run_to_begin(const OriginOrder& order) {
  const CodePlace& from = order.region.from;
  for (int nth = 1; nth <= order.arrival; ++nth) {
    Status reached =
        from.is_probe ? run_to_probe(bounds_.uncounted.front(), from.name) : run_to(bounds_.first);
    if (!reached) return Error(reached.error()).in(to_string(order.region));
  }
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid()));
  bounds_.first = program_counter(there);
  if (!from.is_probe) argument_ = first_argument(there);
  return done();
}

// A copy has an id of its own. What the program has kept of the original's would make it lock in another's
// name.
Status Origin::check_identity() const {
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid()));
  const uint64_t stack = stack_pointer(there);
  const uint64_t known = zygote_->thread_id_address();  // copies get their own there
  const auto id = static_cast<uint32_t>(pid());
  for (const Mapping& mapping : mappings_of(pid())) {
    if (!mapping.is_writable) continue;
    std::vector<uint32_t> words((mapping.end - mapping.start) / sizeof(uint32_t));
    if (!read_memory(pid(), mapping.start, words.data(), words.size() * sizeof(uint32_t))) continue;
    for (size_t i = 0; i < words.size(); ++i) {
      const uint64_t address = mapping.start + i * sizeof(uint32_t);
      if ((words[i] & 0x3fffffff) != id || address == known || is_waste(address, mapping, stack)) continue;
      return unavailable("the program keeps its thread's id before the region begins (in " +
                         (mapping.object.empty() ? "its own memory" : mapping.object) +
                         "): a copy would use it in another's name; begin the region earlier");
    }
  }
  return done();
}

// What a descriptor means to others ends with its last copy only, and the original has one as well.
Status Origin::check_files() {
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid()) + "/fd", error)) {
    const std::string number = entry.path().filename().string();
    const std::string target = read_link(entry.path().string());
    if (number == "0" || number == "1" || number == "2") continue;
    const bool is_file = target.starts_with("/");
    if (!is_file)
      return unavailable(
          "the program has " + target + " open (descriptor " + number +
          ") where the region begins: its end would not be seen while the original has it too");
    held_.push_back("it has " + target + " open");
  }
  // Neither is inherited (fcntl(2), semop(2)).
  const auto locks = read_file("/proc/locks");
  if (locks && locks->find(" " + std::to_string(pid()) + " ") != std::string::npos)
    return unavailable("the program holds a file lock where the region begins, which a copy of it would not");
  const auto semaphores = read_file("/proc/sysvipc/sem");
  if (semaphores && std::count(semaphores->begin(), semaphores->end(), '\n') > 1)
    return unavailable(
        "there are System V semaphores where the region begins; a copy has nothing to undo (semop(2))");
  return done();
}

// The arena takes the place of what the program shares: with the same bytes, at the same addresses.
Status Origin::move_shared_memory() {
  std::vector<Segment> segments = shared_segments_of(pid());
  if (segments.empty())
    return usage_error("the program shares no memory with others where the region begins");
  uint64_t size = 0;
  for (const Segment& segment : segments) size += segment.size;
  if (size > kMostShared)
    return unavailable("the program shares " + std::to_string(size >> 20) + " MiB of memory; at most " +
                       std::to_string(kMostShared >> 20) + " MiB can be looked at after each instruction");
  ASSIGN_OR_RETURN(Arena arena, Arena::make(std::move(segments)));
  arena_ = std::make_unique<Arena>(std::move(arena));
  for (const Segment& segment : arena_->segments()) {
    if (!read_memory(pid(), segment.address, arena_->at(segment.address, segment.size), segment.size))
      return unavailable(segment.object + " cannot be read: it is mapped beyond its end, perhaps");
  }
  beginning_.assign(arena_->bytes().begin(), arena_->bytes().end());
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid()));
  const std::string path =
      "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(arena_->descriptor());
  const uint64_t place = stack_pointer(there) - kBelowRedZone;
  if (!write_memory(pid(), place, path.c_str(), path.size() + 1))
    return internal_error("the program's stack cannot be written");
  for (const Segment& segment : arena_->segments()) TRY(map_segment(segment, place));
  return done();
}

Status Origin::map_segment(const Segment& segment, uint64_t path) {
  ASSIGN_OR_RETURN(const int64_t file, zygote_->make_call(SYS_openat, {static_cast<uint64_t>(AT_FDCWD), path,
                                                                       O_RDWR | O_CLOEXEC}));
  if (file < 0) return system_error("the arena cannot be opened by the program", static_cast<int>(-file));
  ASSIGN_OR_RETURN(
      const int64_t mapped,
      zygote_->make_call(SYS_mmap, {segment.address, segment.size, PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_FIXED, static_cast<uint64_t>(file), segment.offset}));
  TRY(zygote_->make_call(SYS_close, {static_cast<uint64_t>(file)}));
  if (mapped != static_cast<int64_t>(segment.address))
    return system_error("the arena cannot be mapped into the program", static_cast<int>(-mapped));
  return done();
}

Status Origin::put_back() {
  std::memcpy(arena_->bytes().data(), beginning_.data(), beginning_.size());
  if (!std::exchange(was_lodged_in_, false)) return done();
  return private_->put_back(pid());
}

Result<SweptProcess> Origin::copy() {
  TRY(put_back());
  ASSIGN_OR_RETURN(const pid_t pid, zygote_->clone());
  return SweptProcess(pid);
}

Status Origin::admit_lodgers() {
  if (private_) return done();
  ASSIGN_OR_RETURN(private_, PrivateMemory::of(pid()));
  return done();
}

Result<SweptProcess> Origin::lodger() {
  CHECK(private_);
  TRY(put_back());
  was_lodged_in_ = true;
  ASSIGN_OR_RETURN(const pid_t lodger, zygote_->lodger());
  return SweptProcess(lodger);
}

Result<std::unique_ptr<Zygote>> Origin::sibling() {
  TRY(put_back());
  return zygote_->sibling();
}

}  // namespace harness
