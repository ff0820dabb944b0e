// All executions of an owner that dies inside and of its heir, whose recovery is counted by one of its two
// threads and reported by the other (../recovery_count.h).
#pragma once

#include "../count_mistakes.h"
#include "heirs.h"

namespace recoveries_model {

using harness::model::Engine;

struct Locks {
  using Mutex = harness::model::Mutex;
  template <class Value>
  using Plain = harness::model::Plain<Value>;
};

// With the count of the heir's process: nobody reports the owner's.
template <template <class> class CountOver>
struct Record : heirs_model::Record {
  using heirs_model::Record::Record;
  CountOver<Locks> count;
};

template <template <class> class CountOver>
struct Counting : heirs_model::Right {
  using Memory = Record<CountOver>;
  static void repair(Memory& record) { shm_mutex::count_and_repair(record.count, record); }
  static void declare_consistent(Memory& record) { heirs_model::declare_consistent(record); }
};

template <class Count>
void name(Count& count) {
  count.recoveries.call("recoveries");
  if constexpr (requires { count.lock; }) count.lock.call("lock of the count");
  if constexpr (requires { count.count_lock; }) count.count_lock.call("count_lock");
  if constexpr (requires { count.report_lock; }) count.report_lock.call("report_lock");
}

// The heir's two threads are of one process, so that neither dies without the other.
template <template <class> class CountOver>
void run_once(Engine& run, int deaths) {
  using Variant = Counting<CountOver>;
  told::begin();
  Record<CountOver> record(Variant::kIsRobust);
  heirs_model::name(record);
  recoveries_model::name(record.count);
  run.thread("owner", [&] { heirs_model::take_part<Variant>(record); });
  run.thread(
      "heir", [&] { heirs_model::take_part<Variant>(record); }, Engine::Fate::lives);
  run.thread(
      "heir's report",
      [&] {
        harness::model::require(record.count.read() <= deaths, "more recoveries are reported than deaths");
      },
      Engine::Fate::lives);
  run.join();
}

// main() of every variant.
template <template <class> class CountOver>
int explore_recoveries(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  MODEL_EXPLORES("deaths");
  const auto explored = [](const char* name, int deaths) {
    return harness::model::Exploration{.name = name,
                                       .bound = {{"participants", 2}, {"updates of each", 1}},
                                       .limits = {.crashes = deaths},
                                       .body = [deaths](Engine& run) { run_once<CountOver>(run, deaths); }};
  };
  return harness::model::run_explorations(argc, argv, {explored("all-executions", 0), explored("deaths", 1)});
}

}  // namespace recoveries_model
