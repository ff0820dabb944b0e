// Injector: the means that performs actions on a victim that stands at its injection point.
//
// An injector is a folder under faults/ that registers itself. It sees the victim only through the Victim
// door, never another injector and never the supervisor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/registry.h"
#include "base/result.h"
#include "core/fault.h"
#include "core/kernel_names.h"

namespace harness {

// A transfer that was made shorter.
struct Shortened {
  size_t asked = 0;                // bytes that the program asked for
  size_t given = 0;                // bytes that the call was given instead
  bool is_edge_triggered = false;  // the victim watches the descriptor by edges (EPOLLET)
};

// A descriptor that the victim has open.
struct VictimDescriptor {
  int number = -1;
  std::string kind;    // as OpenDescriptor::kind: pipe, unix-stream, tcp, file …
  std::string object;  // as /proc shows it: pipe:[4711]
};

// What a link has room for.
struct Room {
  int before = 0;  // bytes, as the kernel tells
  int after = 0;
  bool is_full = false;  // already: who writes now has to wait
};

// The door to one thread that stands still at an injection point. inject/recording_victim.h is the fake.
class Victim {
 public:
  virtual ~Victim() = default;

  // To the whole process, as kill(2). SIGKILL ends it where it stands. Between two instructions it goes to
  // the thread that stands there, so that it is delivered before the second.
  virtual Status send_signal(int signal) = 0;

  // At syscall/enter: the call is not run and returns -1 with this errno. At syscall/exit: it has run, but
  // the program is told that it failed.
  virtual Status fail_call(int error) = 0;

  // At the entry of a call that transfers bytes: it will be asked for at most so many. What it does with them
  // is real. Blame::unavailable where that would not be a shorter transfer, and why.
  virtual Result<Shortened> shorten_call(size_t bytes) = 0;

  // The signals that the process catches and does not block.
  virtual Result<std::vector<int>> caught_signals() const = 0;

  // The process gets no descriptor more than it has: EMFILE (RLIMIT_NOFILE).
  virtual Status limit_descriptors() = 0;

  // The process may make no POSIX message queue more: EMFILE (RLIMIT_MSGQUEUE).
  virtual Status limit_queues() = 0;

  // The descriptors that an object (core/fault.h) names. Blame::unavailable where it names none.
  virtual Result<std::vector<VictimDescriptor>> find_descriptors(const std::string& object) = 0;

  // The one on which the call at which it stands is made; nothing where it is made on none.
  virtual std::optional<VictimDescriptor> descriptor_of_call() const = 0;

  // The victim itself calls close(2).
  virtual Status close_descriptor(const VictimDescriptor& descriptor) = 0;

  // The victim itself calls shutdown(2), of its sending only or of both directions.
  virtual Status shut_down(const VictimDescriptor& descriptor, bool only_sending) = 0;

  // The harness keeps a copy open, until the fault's `resume` or to the end of the case.
  virtual Status keep_copy(const VictimDescriptor& descriptor) = 0;

  // The link gets as little room as the kernel allows, and what is queued stays. Of a socket it is the room
  // for what the victim sends. Blame::unavailable where the kernel allows no less.
  virtual Result<Room> shrink_room(const VictimDescriptor& descriptor) = 0;

  // Writes into a shared object that the victim has mapped under this name, and returns what was there.
  // Blame::unavailable where no peer could (os/shared_bytes.h).
  virtual Result<std::vector<unsigned char>> write_shared(const std::string& name, uint64_t offset,
                                                          const std::vector<unsigned char>& bytes) = 0;

  // Gives a shared object that the victim has mapped under this name another size, and returns the one
  // before. Blame::unavailable where no peer could (os/shared_bytes.h).
  virtual Result<uint64_t> truncate_shared(const std::string& name, uint64_t size) = 0;

  // /dev/shm has no room left for anybody in the case but what is taken and a page: ENOSPC, and SIGBUS where
  // a page is touched that is not there yet. Until the case ends. Returns the bytes that it holds.
  // Blame::unavailable where /dev/shm is the machine's.
  virtual Result<uint64_t> limit_shared_memory() = 0;

  // At a probe: HARNESS_PROBE() and fiu_fail() return this value, which must not be 0.
  virtual Status fail_probe(int result) = 0;
};

// How the victim is left by an action.
enum class Aftermath {
  resumes,  // it goes on from its point
  stopped,  // it stays stopped until the fault's `resume`
  dead,     // it will not run again
  kept,     // it goes on; the harness keeps copies of its descriptors until the fault's `resume`
};

// What an action came to.
struct Performed {
  Aftermath aftermath = Aftermath::resumes;
  bool synthetic = false;                             // the kernel could not have produced this here
  nlohmann::json details = nlohmann::json::object();  // joins the data of the fault event
};

// One action that an injector offers, for `harness list` and for "did you mean".
struct ActionKind {
  std::string name;
  std::string form;  // "fail(ERRNO)"
  std::string summary;
  bool takes_object = false;  // its argument names descriptors of the victim: core/fault.h
  bool needs_tracer = false;  // at a system call, which else may be known by a notification (os/notifier.h)
};

class Injector {
 public:
  virtual ~Injector() = default;

  virtual std::string_view id() const = 0;
  virtual std::vector<ActionKind> actions() const = 0;

  // Whether this injector can do the fault's action at the fault's point; an error says what is wrong and the
  // mend.
  virtual Status accepts(const Fault& fault) const = 0;

  // Does it, now. Called only with a fault that was accepted, while the victim stands at the fault's point.
  virtual Result<Performed> perform(const Fault& fault, Victim& victim) const = 0;
};

using Injectors = Registry<Injector>;

// Whether the action's argument names descriptors of the victim.
bool is_on_object(const Action& action);

// Whether it takes a tracer to do this at a system call.
bool needs_tracer(const Action& action);

// The injector for a fault: among those that know the action, the first that accepts it. Errors: no such
// action (with "did you mean"), or what the injector that knows it has against this fault.
Result<const Injector*> injector_for(const Fault& fault);

}  // namespace harness
