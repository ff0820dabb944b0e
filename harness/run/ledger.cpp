#include "run/ledger.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>

#include "os/clock.h"
#include "os/files.h"
#include "os/procfs.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShm = "/dev/shm/";

std::string key_of(const Leftover& leftover) { return leftover.kind + " " + leftover.object; }

const std::set<std::string> kFilesOfCase = {"socket", "fifo"};

// A zero-terminated string of another process; "" when it cannot be read or is longer than any name may be.
std::string read_text(pid_t pid, uint64_t address) {
  std::string text;
  for (char c = 0; text.size() < 256 && read_memory(pid, address + text.size(), &c, 1); text.push_back(c)) {
    if (c == '\0') return text;
  }
  return {};
}

// Of a Unix socket's address; "" for any other, and for an abstract name (unix(7)).
std::string path_of_address(pid_t pid, uint64_t address) {
  sa_family_t family = 0;
  if (!read_memory(pid, address, &family, sizeof family) || family != AF_UNIX) return {};
  return read_text(pid, address + offsetof(sockaddr_un, sun_path));
}

std::optional<std::string> sysv_kind(long call) {
  if (call == SYS_shmget) return "sysv-shm";
  if (call == SYS_semget) return "sysv-sem";
  if (call == SYS_msgget) return "sysv-msg";
  return std::nullopt;
}

// Calls that give an object a name, besides openat(2). glibc's sem_open(3) makes a semaphore under a
// temporary name and links it to its own; which of these calls a library makes differs.
const std::map<long, size_t>& argument_of_new_name() {
  static const std::map<long, size_t> kArguments = {
      {SYS_linkat, 3},   {SYS_renameat2, 3},
#ifdef SYS_renameat
      {SYS_renameat, 3},
#endif
#ifdef SYS_link  // not on arm64
      {SYS_link, 1},     {SYS_rename, 1},
#endif
  };
  return kArguments;
}

// A queue is asked for by its name: /dev/mqueue need not be mounted (mq_overview(7)).
bool is_there(const Leftover& object) {
  if (object.kind != "posix-mqueue") return exists(object.object);
  const mqd_t queue = ::mq_open(object.object.substr(object.object.rfind('/')).c_str(), O_RDONLY | O_CLOEXEC);
  if (queue == static_cast<mqd_t>(-1)) return errno != ENOENT;
  ::mq_close(queue);
  return true;
}

// Sockets and FIFOs that a case left in its own directory.
void list_special_files(std::vector<Leftover>& found, const std::string& directory) {
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    if (entry.is_socket(error)) found.push_back({"socket", entry.path().string(), 0});
    if (entry.is_fifo(error)) found.push_back({"fifo", entry.path().string(), 0});
  }
}

}  // namespace

Ledger::Ledger(const Sandbox& sandbox) : sandbox_(sandbox) {
  name_ = is_private() ? "/harness" : name_prefix(::getpid()) + std::to_string(now_ns());
}

void Ledger::begin() {
  makers_.clear();
  pending_.clear();
  if (is_private()) return;
  forget_ledger(sandbox_.scratch);
  for (const Leftover& object : sysv_objects()) before_.insert(key_of(object));
}

void Ledger::watch(std::set<long>& calls, std::set<long>& exits) const {
  std::vector<long> creating = {SYS_openat, SYS_mq_open, SYS_shmget, SYS_semget,
                                SYS_msgget, SYS_bind,    SYS_mknodat};
  for (const auto& [call, argument] : argument_of_new_name()) creating.push_back(call);
  calls.insert(creating.begin(), creating.end());
  exits.insert(creating.begin(), creating.end());
}

// A name counts as created only if it was not there before its creating call.
void Ledger::note_name(const Stop& stop, const std::string& kind, const std::string& object) {
  const Leftover named{kind, object, stop.pid};
  if (!is_there(named)) pending_[stop.tid] = named;
}

void Ledger::note_shared_memory(const Stop& stop, const std::string& path) {
  if (path.rfind(kShm, 0) == 0) note_name(stop, "posix-shm", path);
}

// A socket or a FIFO by a path; an abstract name is no file.
void Ledger::note_special_file(const Stop& stop, const std::string& kind, std::string path) {
  if (path.empty()) return;
  if (path[0] != '/') path = read_link(proc_folder(stop.pid) + "/cwd") + "/" + path;
  note_name(stop, kind, path);
}

void Ledger::note_created(const Leftover& object, const Stop& stop) {
  makers_[key_of(object)] = {.pid = stop.pid, .role = stop.role, .call = stop.call};
  if (is_private() || kFilesOfCase.count(object.kind) != 0)
    return;  // goes with the namespace or with the case's {tmp}
  created_[key_of(object)] = object;
  write_ledger(sandbox_.scratch, object);
}

void Ledger::on_call(const Stop& stop, const std::array<uint64_t, 6>& args) {
  if (stop.kind == Stop::Kind::call_enter) {
    pending_.erase(stop.tid);
    const auto renaming = argument_of_new_name().find(stop.call);
    if (stop.call == SYS_openat && (args[2] & O_CREAT) != 0) {
      note_shared_memory(stop, read_text(stop.pid, args[1]));
    } else if (renaming != argument_of_new_name().end()) {
      note_shared_memory(stop, read_text(stop.pid, args[renaming->second]));
    } else if (stop.call == SYS_mq_open && (args[1] & O_CREAT) != 0) {
      note_name(stop, "posix-mqueue", "/dev/mqueue/" + read_text(stop.pid, args[0]));
    } else if (stop.call == SYS_bind) {
      note_special_file(stop, "socket", path_of_address(stop.pid, args[1]));
    } else if (stop.call == SYS_mknodat && (args[2] & S_IFMT) == S_IFIFO) {
      note_special_file(stop, "fifo", read_text(stop.pid, args[1]));
    }
    return;
  }
  if (stop.result < 0) return;
  if (const auto kind = sysv_kind(stop.call)) {
    const Leftover object{*kind, std::to_string(stop.result), stop.pid};
    const bool is_new = before_.count(key_of(object)) == 0 && makers_.count(key_of(object)) == 0;
    if (is_new) note_created(object, stop);
  } else if (const auto pending = pending_.find(stop.tid); pending != pending_.end()) {
    note_created(pending->second, stop);
    pending_.erase(pending);
  }
}

std::vector<Leftover> Ledger::leftovers(const std::string& directory) const {
  std::vector<Leftover> found;
  list_special_files(found, directory);
  if (is_private()) {
    const std::vector<Leftover> rest = harness::leftovers(sandbox_);
    found.insert(found.end(), rest.begin(), rest.end());
    return found;
  }
  std::set<std::string> sysv_now;
  for (const Leftover& object : sysv_objects()) sysv_now.insert(key_of(object));
  for (const auto& [key, object] : created_) {
    const bool is_left = object.kind.rfind("sysv", 0) == 0 ? sysv_now.count(key) != 0 : is_there(object);
    if (is_left) found.push_back(object);
  }
  // Names that were made from {name} are ours whoever saw them made.
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kShm, error)) {
    const Leftover object{"posix-shm", entry.path().string(), 0};
    const bool is_ours = entry.path().filename().string().find(name_.substr(1)) != std::string::npos;
    if (is_ours && created_.count(key_of(object)) == 0) found.push_back(object);
  }
  return found;
}

std::optional<Maker> Ledger::maker_of(const Leftover& leftover) const {
  const auto maker = makers_.find(key_of(leftover));
  return maker == makers_.end() ? std::nullopt : std::optional(maker->second);
}

std::string Ledger::blind_spot(bool traced) const {
  if (is_private()) return {};
  if (!traced)
    return "neither namespaces nor a tracer: objects with other names than {name} may have been left";
  return {};
}

}  // namespace harness
