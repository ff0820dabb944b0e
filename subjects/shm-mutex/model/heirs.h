// All executions of the participants under a robust mutex, and what the heir of a dead one finds
// (../record.h).
#pragma once

#include "../../common/model/told.h"
#include "../record.h"

namespace heirs_model {

using harness::model::Engine;

struct Record {
  explicit Record(bool is_robust) : mutex(is_robust, "mutex") {}

  harness::model::Mutex mutex;
  harness::model::Plain<int64_t> fields[shm_mutex::kFieldCount];
  struct {
    harness::model::Plain<int64_t> in_use;
    harness::model::Plain<int64_t> before[shm_mutex::kFieldCount];
  } undo;
};

inline void keep_order(const Record&) { harness::model::signal_fence(); }
inline void declare_consistent(Record& record) { record.mutex.consistent(); }

// What a variant does in its own way.
struct Right {
  using Memory = Record;
  static constexpr bool kIsRobust = true;
  static void repair(Memory& record) { shm_mutex::repair(record); }
  static void declare_consistent(Memory& record) { heirs_model::declare_consistent(record); }
  template <class AnyRecord>
  static void update_and_leave(AnyRecord& record) {
    shm_mutex::update(record);
    record.mutex.unlock();
  }
};

inline void name(Record& record) {
  static const char* const names[][2] = {
      {"field 0", "field 0 before"}, {"field 1", "field 1 before"}, {"field 2", "field 2 before"}};
  for (int i = 0; i < shm_mutex::kFieldCount; ++i) {
    record.fields[i].call(names[i][0]);
    record.undo.before[i].call(names[i][1]);
  }
  record.undo.in_use.call("log in use");
}

// One round, as in ../participant.h.
template <class Variant>
void take_part(typename Variant::Memory& record) {
  const int error = record.mutex.lock();
  harness::model::require(error != ENOTRECOVERABLE, "the mutex is of no use to anybody any more");
  if (error == EOWNERDEAD) shm_mutex::recover(record, Variant::repair, Variant::declare_consistent);
  shm_mutex::observe_fields(record);
  Variant::update_and_leave(record);
}

template <class Variant>
void run_once(Engine& run, int participants) {
  static const char* const names[] = {"first", "second", "third"};
  told::begin();
  typename Variant::Memory record(Variant::kIsRobust);
  name(record);
  for (int i = 0; i < participants; ++i) run.thread(names[i], [&record] { take_part<Variant>(record); });
  run.join();  // who found unequal fields has said so, and who waits for the dead is a deadlock
}

// main() of every variant. `reordered-deaths`: what was written last may be missing after a death, as far as
// nothing keeps the compiler from putting it off.
template <class Variant>
int explore_heirs(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  MODEL_EXPLORES("deaths");
  MODEL_EXPLORES("reordered-deaths");
  const auto explored = [](const char* name, int participants, harness::model::Limits limits) {
    return harness::model::Exploration{
        .name = name,
        .bound = {{"participants", participants}, {"updates of each", 1}},
        .limits = std::move(limits),
        .body = [participants](Engine& run) { run_once<Variant>(run, participants); }};
  };
  return harness::model::run_explorations(
      argc, argv,
      {explored("all-executions", 3, {}), explored("deaths", 3, {.crashes = 2}),
       explored("reordered-deaths", 2, {.crashes = 1, .lang = true})});
}

}  // namespace heirs_model
