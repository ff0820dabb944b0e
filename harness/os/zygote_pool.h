// ZygotePool: the zygotes of a worker, the least used given up when there are too many.
//
// Cases differ in the words of their programs, in the filter of their calls and in the role, and loading a
// program costs much where it has a sanitizer's runtime. So a program is loaded once, without all that, and
// what an order has of its own is given to a copy of it, which is the zygote of the cases with this order.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "os/launch.h"
#include "os/zygote.h"

namespace harness {

struct CopiedProgram {
  uint64_t entry = 0;      // link-time addresses: Program::entry,
  uint64_t main = 0;       // Program::main,
  uint64_t take_role = 0;  // and Program::take_role; 0: it is loaded for each order
  int64_t version = 0;     // changes when the program's file does
};

class ZygotePool {
 public:
  // The zygote for these orders, started when it is not there. nullptr: this program cannot be copied.
  Zygote* find(const Launch& order, const CopiedProgram& program);

  void forget_all();

  // How many programs have been loaded so far.
  int loaded() const { return loaded_; }

 private:
  // Some of them by what they are found by; the one used last is first.
  class Some {
   public:
    explicit Some(size_t most) : most_(most) {}

    Zygote* find(const std::string& key);
    Zygote* add(const std::string& key, std::unique_ptr<Zygote> zygote);
    void clear() { entries_.clear(); }

   private:
    struct Entry {
      std::string key;
      std::unique_ptr<Zygote> zygote;
    };
    size_t most_;
    std::list<Entry> entries_;
  };

  Result<std::unique_ptr<Zygote>> make(const Launch& order, const CopiedProgram& program);
  Zygote* original_for(const Launch& order, const CopiedProgram& program);
  Result<std::unique_ptr<Zygote>> load(const Launch& order, const CopiedProgram& program);

  Some originals_{32};
  Some zygotes_{16};
  std::set<std::string> unfit_;
  int loaded_ = 0;
};

}  // namespace harness
