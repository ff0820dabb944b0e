// Ledger: which IPC objects the run created, and so which are left behind and may be taken away.
//
// In a private namespace everything is the run's own. Elsewhere the tracer writes down every creating call
// that succeeded for a name that did not exist before; nothing else is ever touched.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "os/sandbox.h"
#include "os/tracer.h"

namespace harness {

class Ledger {
 public:
  explicit Ledger(const Sandbox& sandbox);

  // A case begins: what exists now is not its doing.
  void begin();

  // A POSIX name ("/…") that no other run on this machine uses: what {name} stands for.
  const std::string& unique_name() const { return name_; }

  // Adds the calls that create objects, where they must be watched.
  void watch(std::set<long>& calls, std::set<long>& exits) const;

  // Told of every stop at a call.
  void on_call(const Stop& stop, const std::array<uint64_t, 6>& args);

  // What the case created and did not remove. `directory` is the case's {tmp}: sockets and FIFOs left in it
  // count.
  std::vector<Leftover> leftovers(const std::string& directory) const;

  // Why some leftovers may have gone unseen, or "": only where there is neither a namespace nor a tracer.
  std::string blind_spot(bool traced) const;

 private:
  bool is_private() const { return sandbox_.has_ipc && sandbox_.has_mount; }
  void note_created(const Leftover& object);
  void note_name(const Stop& stop, const std::string& kind, const std::string& object);
  void note_shared_memory(const Stop& stop, const std::string& path);

  const Sandbox& sandbox_;
  std::string name_;
  std::set<std::string> before_;             // System V objects, as kind + id
  std::map<pid_t, Leftover> pending_;        // by task: what its call will have created if it succeeds
  std::map<std::string, Leftover> created_;  // by kind + object
};

}  // namespace harness
