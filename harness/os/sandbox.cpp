#include "os/sandbox.h"

#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "os/files.h"
#include "os/procfs.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShm = "/dev/shm";

// Maps the user to itself, so that programs see the uid that they would see outside (user_namespaces(7)).
Status map_user(uid_t uid, gid_t gid) {
  TRY(write_existing("/proc/self/setgroups", "deny"));
  TRY(write_existing("/proc/self/uid_map", std::to_string(uid) + " " + std::to_string(uid) + " 1"));
  return write_existing("/proc/self/gid_map", std::to_string(gid) + " " + std::to_string(gid) + " 1");
}

Status unshare_namespaces() {
  constexpr int kWanted = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID;
  if (::unshare(kWanted) == 0) return done();
  if (errno != EPERM) return system_error("unshare");
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  if (::unshare(kWanted | CLONE_NEWUSER) != 0) return system_error("unshare with a user namespace");
  return map_user(uid, gid);
}

Status mount_at(const char* type, const char* target, const char* options) {
  if (::mount(type, target, type, MS_NOSUID | MS_NODEV, options) != 0) {
    return system_error(std::string("mount ") + type + " on " + target);
  }
  return done();
}

// 0 where there is nothing.
uint64_t device_of(const std::string& path) {
  struct stat state;
  return ::stat(path.c_str(), &state) == 0 ? state.st_dev : 0;
}

void note_mount(Sandbox& sandbox, const std::string& path) {
  sandbox.mounts.push_back({.path = path, .device = device_of(path)});
}

bool is_mounted(const Sandbox& sandbox, const std::string& path) {
  return std::any_of(sandbox.mounts.begin(), sandbox.mounts.end(), [&](const PrivateMount& mount) {
    return mount.path == path && mount.device == device_of(path);
  });
}

bool is_below(const std::string& path, const std::string& directory) {
  return path == directory || path.rfind(directory + "/", 0) == 0;
}

// A directory that every machine has and nobody's program lives in: the private scratch mount covers it.
std::string choose_scratch(const std::vector<std::string>& keep_away) {
  for (const std::string candidate : {"/mnt", "/media", "/srv", "/var/tmp"}) {
    const bool is_needed = std::any_of(keep_away.begin(), keep_away.end(),
                                       [&](const std::string& path) { return is_below(path, candidate); });
    if (!is_needed && fs::is_directory(candidate)) return candidate;
  }
  return {};
}

Status mount_private(Sandbox& sandbox, const std::vector<std::string>& keep_away) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return system_error("mount / private");
  TRY(mount_at("tmpfs", kShm, "mode=1777"));
  note_mount(sandbox, kShm);
  const std::string base = choose_scratch(keep_away);
  if (base.empty()) return unavailable("no directory to mount a scratch file system on");
  TRY(mount_at("tmpfs", base.c_str(), "mode=0755,size=256m"));
  sandbox.scratch = base + "/harness";
  if (::mkdir(sandbox.scratch.c_str(), 0755) != 0) return system_error("mkdir " + sandbox.scratch);
  note_mount(sandbox, base);
  sandbox.has_mount = true;
  const std::string queues = base + "/mqueue";
  if (::mkdir(queues.c_str(), 0755) == 0 && mount_at("mqueue", queues.c_str(), "")) {
    sandbox.mqueue = queues;
    note_mount(sandbox, queues);
  }
  if (sandbox.mqueue.empty())
    sandbox.lost.push_back("mqueue: cannot be mounted, so queues left behind are not seen");
  if (fs::is_directory("/dev/mqueue")) {  // programs that look there see their own queues
    [[maybe_unused]] const Status seen = mount_at("mqueue", "/dev/mqueue", "");
  }
  return mount_at("proc", "/proc", "");
}

// The parent of a worker in its own process namespace: it only waits. If it dies, so does the worker.
[[noreturn]] void wait_as_parent(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

// Roles put their sockets below the scratch directory, and a socket's name is short (unix(7): 108 bytes with
// its end). A TMPDIR that leaves it no room is not used.
bool leaves_room_for_a_socket(const std::string& scratch) {
  constexpr size_t kSocketName = 32;  // of a role's own, with the folder that it is in
  return scratch.size() + kSocketName < sizeof sockaddr_un::sun_path;
}

Result<std::string> make_scratch_directory() {
  const char* wanted = std::getenv("TMPDIR");
  const std::string name = "/harness-XXXXXX";
  std::string path = (wanted != nullptr ? std::string(wanted) : std::string()) + name;
  if (path == name || !leaves_room_for_a_socket(path)) path = "/tmp" + name;
  if (::mkdtemp(path.data()) == nullptr) return system_error("mkdtemp " + path);
  return path;
}

Result<Sandbox> without_namespaces(const std::string& why) {
  Sandbox sandbox;
  ASSIGN_OR_RETURN(sandbox.scratch, make_scratch_directory());
  sandbox.lost.push_back("namespaces: " + why);
  become_subreaper();  // orphans of a role come to the worker, which ends them
  return sandbox;
}

// Tried in a child first: a namespace that was entered half-way cannot be left again.
Status try_namespaces(const std::vector<std::string>& keep_away) {
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) return system_error("pipe2");
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child == 0) {
    Status status = unshare_namespaces();
    if (status) {
      const pid_t inner = ::fork();
      if (inner > 0) wait_as_parent(inner);
      Sandbox sandbox;
      status = inner < 0 ? Status(system_error("fork")) : mount_private(sandbox, keep_away);
    }
    if (!status) {
      const std::string& text = status.error().message;
      [[maybe_unused]] const ssize_t written = ::write(report[1], text.data(), text.size());
    }
    ::_exit(status ? 0 : 1);
  }
  ::close(report[1]);
  char text[512];
  std::string reason;
  for (ssize_t count = 0; (count = ::read(report[0], text, sizeof text)) > 0;) {
    reason.append(text, static_cast<size_t>(count));
  }
  ::close(report[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status == 0) return done();
  return unavailable(reason.empty() ? "namespaces: the attempt was killed" : reason);
}

void list_sysv(std::vector<Leftover>& found, const char* file, const char* kind, int creator_column) {
  const auto table = read_file(std::string("/proc/sysvipc/") + file);
  if (!table) return;
  std::istringstream lines(*table);
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    std::istringstream columns(line);
    std::vector<std::string> words;
    for (std::string word; columns >> word;) words.push_back(word);
    if (words.size() < 2) continue;
    Leftover leftover{.kind = kind, .object = words[1]};
    if (creator_column > 0 && words.size() > static_cast<size_t>(creator_column)) {
      leftover.creator = std::atoi(words[static_cast<size_t>(creator_column)].c_str());
    }
    found.push_back(leftover);
  }
}

void list_directory(std::vector<Leftover>& found, const std::string& path, const char* kind) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error))
    found.push_back({kind, entry.path().string(), 0});
}

}  // namespace

Result<Sandbox> enter_sandbox(const Denied& denied, const std::vector<std::string>& keep_away) {
  if (denied.namespaces) return without_namespaces(denied.why);
  if (Status tried = try_namespaces(keep_away); !tried) return without_namespaces(tried.error().message);
  TRY(unshare_namespaces());
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork");
  if (child > 0) wait_as_parent(child);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  Sandbox sandbox{.has_ipc = true, .has_pid = true};
  TRY(mount_private(sandbox, keep_away));
  return sandbox;
}

Status check_mounts(const Sandbox& sandbox) {
  for (const PrivateMount& mount : sandbox.mounts) {
    if (device_of(mount.path) != mount.device)
      return internal_error("the run's own file system at " + mount.path +
                            " is not there any more: a role has unmounted it, or mounted over it");
  }
  return done();
}

std::vector<Leftover> sysv_objects() {
  std::vector<Leftover> found;
  list_sysv(found, "shm", "sysv-shm", 4);
  list_sysv(found, "sem", "sysv-sem", 0);
  list_sysv(found, "msg", "sysv-msg", 0);
  return found;
}

std::vector<Leftover> leftovers(const Sandbox& sandbox) {
  std::vector<Leftover> found;
  if (is_mounted(sandbox, kShm)) list_directory(found, kShm, "posix-shm");
  if (is_mounted(sandbox, sandbox.mqueue)) list_directory(found, sandbox.mqueue, "posix-mqueue");
  if (sandbox.has_ipc) {
    const std::vector<Leftover> objects = sysv_objects();
    found.insert(found.end(), objects.begin(), objects.end());
  }
  return found;
}

void remove(const Leftover& leftover) {
  const int id = std::atoi(leftover.object.c_str());
  if (leftover.kind == "posix-mqueue") {
    ::mq_unlink(leftover.object.substr(leftover.object.rfind('/')).c_str());
  } else if (leftover.kind == "sysv-shm") {
    ::shmctl(id, IPC_RMID, nullptr);
  } else if (leftover.kind == "sysv-sem") {
    ::semctl(id, 0, IPC_RMID);
  } else if (leftover.kind == "sysv-msg") {
    ::msgctl(id, IPC_RMID, nullptr);
  } else if (leftover.kind == "process") {
    ::kill(id, SIGKILL);
  } else {
    std::error_code error;
    fs::remove_all(leftover.object, error);
  }
}

void empty_directory(const std::string& path) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) fs::remove_all(entry.path(), error);
}

std::string name_prefix(pid_t worker) { return "/harness-" + std::to_string(worker) + "-"; }

void become_subreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

namespace {

std::string ledger_path(const std::string& scratch) { return scratch + "/ledger"; }

void remove_what_the_ledger_names(const std::string& scratch) {
  const auto text = read_file(ledger_path(scratch));
  std::istringstream lines(text ? *text : std::string());
  for (Leftover created; lines >> created.kind && std::getline(lines >> std::ws, created.object);)
    remove(created);
}

}  // namespace

void write_ledger(const std::string& scratch, const Leftover& created) {
  std::ofstream(ledger_path(scratch), std::ios::app) << created.kind << ' ' << created.object << '\n';
}

void forget_ledger(const std::string& scratch) { ::unlink(ledger_path(scratch).c_str()); }

void clean_up_after_worker(pid_t worker, const std::string& scratch,
                           const std::vector<pid_t>& other_workers) {
  if (scratch.empty()) return;
  for (const pid_t orphan : children_of(::getpid())) {
    if (std::count(other_workers.begin(), other_workers.end(), orphan) != 0) continue;
    ::kill(orphan, SIGKILL);
    ::waitpid(orphan, nullptr, __WALL);
  }
  remove_what_the_ledger_names(scratch);
  std::error_code error;
  fs::remove_all(scratch, error);
  for (const auto& entry : fs::directory_iterator(kShm, error)) {
    const std::string name = "/" + entry.path().filename().string();
    if (name.rfind(name_prefix(worker), 0) == 0) ::shm_unlink(name.c_str());
  }
}

void remove_scratch(const Sandbox& sandbox) {
  if (sandbox.has_mount || sandbox.scratch.empty()) return;
  std::error_code error;
  fs::remove_all(sandbox.scratch, error);
}

}  // namespace harness
