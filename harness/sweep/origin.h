// Origin: the program under test, loaded and run to where the region begins; its copies are the victims.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/procfs.h"
#include "os/zygote.h"
#include "sweep/arena.h"
#include "sweep/private_memory.h"
#include "sweep/region.h"
#include "sweep/robust_list.h"
#include "sweep/victim.h"

namespace harness {

struct OriginOrder {
  std::string program;               // its file
  std::vector<std::string> command;  // argv
  std::string directory;
  std::string output;  // a file for what it writes
  Region region;
  int arrival = 1;  // at which passing of its first end the region begins
};

// The region's ends in the loaded program.
struct Bounds {
  uint64_t first = 0;  // before this instruction it begins
  uint64_t last =
      0;  // the entry of the function that ends it by its return, or of the one that passes probes
  std::string last_probe;           // whose name is its argument; "" for a function
  std::vector<uint64_t> uncounted;  // functions of the probe library, which are run through
  CodeRange vdso;                   // is run through as well
};

class Origin {
 public:
  // Blame::usage: no such function or probe. Blame::unavailable: copies of this program would not be what it
  // is, and why; the region was not reached.
  static Result<std::unique_ptr<Origin>> start(const OriginOrder& order);

  // A copy before the region's first instruction, over shared memory that is as it was then.
  Result<SweptProcess> copy();

  // The same without a copy of the private memory: it runs in the original's (Zygote::lodger), in which what
  // it wrote is undone before anything else is made of the original. Sound for a region that makes no call
  // which changes what is mapped, and names no process by its session; after admit_lodgers(), one at a time.
  Result<SweptProcess> lodger();

  // Blame::unavailable: there is too much memory to put back.
  Status admit_lodgers();

  // Another process that stands where copies start, to be made ready for something and copied itself.
  Result<std::unique_ptr<Zygote>> sibling();

  pid_t pid() const { return zygote_->original(); }
  const Arena& arena() const { return *arena_; }
  const std::vector<std::byte>& beginning() const {
    return beginning_;
  }  // the arena's bytes at the region's begin
  const Bounds& bounds() const { return bounds_; }
  uint64_t robust_head() const { return robust_head_; }
  uint64_t argument() const {
    return argument_;
  }  // the first one, of the function at whose entry the region begins

  // Why a copy's death would not do what the program's own would, beside what lies in memory. Empty when it
  // would.
  const std::vector<std::string>& held() const { return held_; }

 private:
  Origin() = default;

  Status find_bounds(const OriginOrder& order);
  Status run_to_begin(const OriginOrder& order);
  Status run_to(uint64_t address);
  Status run_to_probe(uint64_t passes_probe, const std::string& name);
  Status move_shared_memory();
  Status map_segment(const Segment& segment, uint64_t path);
  Status check_identity() const;
  Status check_files();
  Status put_back();

  std::unique_ptr<Zygote> zygote_;
  std::unique_ptr<Arena> arena_;
  std::vector<std::byte> beginning_;
  std::optional<PrivateMemory> private_;  // the original's, from the first lodger on
  bool was_lodged_in_ = false;            // so that it has to be put back
  std::vector<std::string> held_;
  Bounds bounds_;
  uint64_t robust_head_ = 0;
  uint64_t argument_ = 0;
};

// The text at an address of a process, as far as a probe's name goes.
std::string text_at(pid_t pid, uint64_t address);

}  // namespace harness
