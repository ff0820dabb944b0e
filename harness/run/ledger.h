// Ledger: which IPC objects the run created, and so which are left behind and may be taken away; and who made
// them.
//
// The tracer writes down every creating call that succeeded for a name that did not exist before. In a
// private namespace everything is the run's own all the same; elsewhere nothing else is ever touched.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "os/sandbox.h"
#include "os/tracer.h"

namespace harness {

// Who made an object, by which system call.
struct Maker {
  pid_t pid = 0;
  int role = -1;
  long call = -1;
};

class Ledger {
 public:
  explicit Ledger(const Sandbox& sandbox);

  // A case begins: what exists now is not its doing.
  void begin();

  // A POSIX name ("/…") that no other run on this machine uses: what {name} stands for.
  const std::string& unique_name() const { return name_; }

  // Adds the calls that create objects.
  void watch(std::set<long>& calls, std::set<long>& exits) const;

  // Told of every stop at a call.
  void on_call(const Stop& stop, const std::array<uint64_t, 6>& args);

  // What the case created and did not remove. `directory` is the case's {tmp}: sockets and FIFOs left in it
  // count.
  std::vector<Leftover> leftovers(const std::string& directory) const;

  // nullopt where no tracer saw it made.
  std::optional<Maker> maker_of(const Leftover& leftover) const;

  // Why some leftovers may have gone unseen, or "": only where there is neither a namespace nor a tracer.
  std::string blind_spot(bool traced) const;

 private:
  bool is_private() const { return sandbox_.has_ipc && sandbox_.has_mount; }
  void note_created(const Leftover& object, const Stop& stop);
  void note_name(const Stop& stop, const std::string& kind, const std::string& object);
  void note_shared_memory(const Stop& stop, const std::string& path);
  void note_special_file(const Stop& stop, const std::string& kind, std::string path);

  const Sandbox& sandbox_;
  std::string name_;
  std::set<std::string> before_;             // System V objects, as kind + id
  std::map<pid_t, Leftover> pending_;        // by task: what its call will have created if it succeeds
  std::map<std::string, Leftover> created_;  // by kind + object
  std::map<std::string, Maker> makers_;      // likewise
};

}  // namespace harness
