// All executions of the journal that an heir takes over (../journal.h).
#pragma once

#include "../../common/model/told.h"
#include "../journal.h"

namespace log_model {

using harness::model::Engine;

struct Small : shm_ring::RightJournal {
  using Atomics = harness::model::Atomics;
};

constexpr int kWriter = 0;

template <class Variant>
void run_once(Engine& run, const shm_ring::JournalOptions& options) {
  told::begin();
  typename shm_ring::JournalSide<Variant>::Memory journal;
  journal.commit.call_all([](auto& word, const char* name) { word.call(name); });
  journal.news.call("news");
  journal.writer.is_done.call("writer's is_done");
  journal.writer.pid.thread = kWriter;
  shm_ring::JournalSide<Variant> writer(options, &journal);
  shm_ring::JournalSide<Variant> heir(options, &journal);
  run.thread("writer", [&] { writer.take_part(true); });
  run.thread("heir", [&] { heir.take_part(false); });
  run.join();  // a commit that contradicts itself is told as it is read
}

// main() of every variant.
template <class Variant>
int explore_log(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  MODEL_EXPLORES("deaths");
  const auto explored = [](const char* name, int records, int deaths) {
    return harness::model::Exploration{
        .name = name,
        .bound = {{"records", records}},
        .limits = {.crashes = deaths},
        .body = [records](Engine& run) { run_once<Variant>(run, {.items = records}); }};
  };
  return harness::model::run_explorations(argc, argv,
                                          {explored("all-executions", 3, 0), explored("deaths", 3, 1)});
}

}  // namespace log_model
