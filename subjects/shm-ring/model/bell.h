// All executions of the ring of one slot whose sides wake only who says that it sleeps (../doorbell.h).
#pragma once

#include "../../common/model/told.h"
#include "../doorbell.h"

namespace bell_model {

using harness::model::Engine;

struct Small : shm_ring::RightDoorbell {
  using Atomics = harness::model::QueuedAtomics;
  static constexpr bool kLooksLong = false;  // such looks see nothing that the last look does not
};

template <class Memory>
void name(Memory& ring) {
  ring.head.call("head");
  ring.tail.call("tail");
  ring.producer_bell.sleeps.call("producer sleeps");
  ring.consumer_bell.sleeps.call("consumer sleeps");
  ring.message.call("message");
}

template <class Variant>
void run_once(Engine& run, const shm_ring::Options& options) {
  told::begin();
  typename shm_ring::DoorbellSide<Variant>::Memory ring;
  name(ring);
  shm_ring::DoorbellSide<Variant> producer(options, &ring);
  shm_ring::DoorbellSide<Variant> consumer(options, &ring);
  run.thread("producer", [&] { producer.take_part(true); });
  run.thread("consumer", [&] { consumer.take_part(false); });
  run.join();  // both come to their end, or it is a deadlock; a torn message is told as it is read
}

// main() of every variant. Nobody looks after the other side, so that there is nothing to say about deaths.
template <class Variant>
int explore_bell(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  constexpr int kItems = 2;
  return harness::model::run_explorations(
      argc, argv,
      {{.name = "all-executions", .bound = {{"items", kItems}, {"slots", 1}}, .body = [](Engine& run) {
          run_once<Variant>(run, {.items = kItems});
        }}});
}

}  // namespace bell_model
