// Sandbox: private /dev/shm, message queues, System V objects, processes and a scratch directory for a
// worker.
//
// Where the kernel allows, these are namespaces: whatever a case leaves is invisible to the machine and gone
// with the worker, also after SIGKILL of everything. Where it does not, the sandbox says what it lost; then
// each object that the run creates is written into a ledger (run/ledger.h) and taken away by name.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

// A file system that is mounted for the worker alone.
struct PrivateMount {
  std::string path;
  uint64_t device = 0;  // st_dev of what was mounted there
};

struct Sandbox {
  bool has_ipc = false;              // own IPC namespace: System V objects and POSIX queues
  bool has_mount = false;            // own /dev/shm, and the scratch directory on a private tmpfs
  bool has_pid = false;              // the worker is process 1 of its own namespace
  std::vector<PrivateMount> mounts;  // in which cases leave things, and from which those are taken away
  std::string mqueue;                // a directory that shows the namespace's queues (mq_overview(7)), or ""
  std::string scratch;               // a directory of this worker alone, empty at the start of a case
  std::vector<std::string> lost;     // "namespaces: unshare: Operation not permitted"
};

// What to do without, to see what a machine that denies it would see. Empty for everyone but tests of that.
struct Denied {
  bool namespaces = false;
  bool ptrace = false;
  bool notification = false;  // of system calls by seccomp
  std::string why = "denied by --without";
};

// Forks; the child returns with the sandbox around it, the parent waits for it and exits with its status.
// Must be called in a process with one thread. `keep_away` are paths that the private scratch mount must not
// cover.
Result<Sandbox> enter_sandbox(const Denied& denied, const std::vector<std::string>& keep_away);

// Ok while every private mount is where it was put. A role that is root can take one away, and what lies
// there then is the machine's. Errors: Blame::internal, with the path.
Status check_mounts(const Sandbox& sandbox);

// One thing that a case left behind.
struct Leftover {
  std::string kind;    // posix-shm, posix-mqueue, sysv-shm, sysv-sem, sysv-msg, file, process
  std::string object;  // its name or id
  pid_t creator = 0;   // where the kernel says so
};

// Everything that lies in the sandbox's namespaces now. Only for kinds that are private, and nothing of a
// mount that is not there any more.
std::vector<Leftover> leftovers(const Sandbox& sandbox);

// The System V objects and processes are told apart by creator where there is no namespace; POSIX names by
// the ledger.
std::vector<Leftover> sysv_objects();

// Takes one leftover away. Never called for anything that the run did not create.
void remove(const Leftover& leftover);

// Empties the scratch directory.
void empty_directory(const std::string& path);

// What a case has created, in a file of the worker's scratch directory, so that it outlives a worker that is
// killed. One case at a time: what an earlier one left has been taken away.
void write_ledger(const std::string& scratch, const Leftover& created);
void forget_ledger(const std::string& scratch);

// What a worker without namespaces cannot do itself any more once it has been killed: removes what its ledger
// names, its scratch directory and the names that were made from its {name}, and ends what it left running,
// which has come to the caller as a subreaper.
void clean_up_after_worker(pid_t worker, const std::string& scratch, const std::vector<pid_t>& other_workers);

// Makes orphans below this process come to it (prctl(2), PR_SET_CHILD_SUBREAPER).
void become_subreaper();

// The beginning of every {name} of a worker that has no private /dev/shm.
std::string name_prefix(pid_t worker);

// Removes a scratch directory that is not on a private mount.
void remove_scratch(const Sandbox& sandbox);

}  // namespace harness
