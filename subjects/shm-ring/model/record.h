// All executions of the record behind a sequence lock (../seqlock.h).
#pragma once

#include "../../common/model/told.h"
#include "../seqlock.h"

namespace record_model {

using harness::model::Engine;

// Two fields, that can be torn, and no try before one sleeps: a try again is a wait for another sequence.
struct Small : shm_ring::RightSeqlock {
  using Atomics = harness::model::Atomics;
  static constexpr int kFields = 2;
  static constexpr int kTriesBeforeSleep = 1;
};

constexpr int kWriter = 0;
constexpr int kReader = 1;
constexpr int kSuccessor = 2;

template <class Memory>
void name(Memory& record) {
  record.sequence.call("sequence");
  record.fields[0].call("field 0");
  record.fields[1].call("field 1");
  record.writer.is_done.call("writer's is_done");
  record.successor.is_done.call("successor's is_done");
}

template <class Variant>
void run_once(Engine& run, const shm_ring::SeqlockOptions& options) {
  told::begin();
  typename shm_ring::SeqlockSide<Variant>::Memory record;
  name(record);
  record.writer.pid.thread = kWriter;
  shm_ring::SeqlockSide<Variant> writer(options, &record);
  shm_ring::SeqlockSide<Variant> reader(options, &record);
  shm_ring::SeqlockSide<Variant> successor(options, &record);
  run.thread("writer", [&] { writer.take_part(true, false); });
  run.thread("reader", [&] { reader.take_part(false, false); });
  if (options.is_successor_expected) {
    record.successor.pid.thread = kSuccessor;
    run.thread("successor", [&] { successor.take_part(false, true); });
  }
  run.join();  // a record that nobody wrote is told as it is read
}

// main() of every variant.
template <class Variant>
int explore_record(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  MODEL_EXPLORES("deaths");
  const auto explored = [](const char* name, int versions, int deaths) {
    return harness::model::Exploration{.name = name,
                                       .bound = {{"versions", versions}, {"fields", Variant::kFields}},
                                       .limits = {.crashes = deaths},
                                       .body = [versions, deaths](Engine& run) {
                                         run_once<Variant>(
                                             run, {.items = versions, .is_successor_expected = deaths > 0});
                                       }};
  };
  return harness::model::run_explorations(argc, argv,
                                          {explored("all-executions", 3, 0), explored("deaths", 1, 1)});
}

}  // namespace record_model
