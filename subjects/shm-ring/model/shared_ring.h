// All executions of the ring of several producers and one consumer (../mpsc.h).
#pragma once

#include "../../common/model/told.h"
#include "../mpsc.h"

namespace shared_ring_model {

using harness::model::Engine;

struct Small : shm_ring::RightSharedRing {
  using Atomics = harness::model::Atomics;
  static constexpr uint32_t kSlots = 2;
  static constexpr int kProducers = 2;  // where nobody dies
};

struct Bound {
  int producers = 2;
  int items = 1;  // of each
};

template <class Memory>
void name(Memory& ring) {
  static const char* const names[][3] = {{"slot 0's state", "slot 0's item", "slot 0's bytes"},
                                         {"slot 1's state", "slot 1's item", "slot 1's bytes"}};
  ring.head.call("head");
  ring.news.call("news");
  ring.taken.call("taken");
  ring.consumer.is_done.call("consumer's is_done");
  ring.producers.seats[0].is_done.call("first producer's is_done");
  ring.producers.seats[1].is_done.call("second producer's is_done");
  for (int i = 0; i < 2; ++i) {
    ring.slots[i].state.call(names[i][0]);
    ring.slots[i].item.call(names[i][1]);
    ring.slots[i].bytes.call(names[i][2]);
  }
}

// Of each producer in its order and none twice; and all that it has sent, when the consumer has come to its
// end.
inline void judge(int producers) {
  const int consumer = producers;  // the thread after theirs
  const std::vector<int64_t> received = told::objects_of("receive", consumer);
  const bool has_consumer_died = harness::model::has_died(consumer);
  for (int producer = 0; producer < producers; ++producer) {
    const int64_t first = (producer + 1) * 100 + 1;
    int64_t wanted = first;
    for (const int64_t item : received) {
      if (item / 100 != producer + 1) continue;
      harness::model::require(item == wanted++, "an item is lost, came twice or out of order");
    }
    const std::vector<int64_t> sent = told::objects_of("send", producer);
    const bool came_all = wanted - first >= static_cast<int64_t>(sent.size());
    harness::model::require(has_consumer_died || came_all, "an item that was sent is lost");
  }
}

template <class Variant>
void run_once(Engine& run, const Bound& bound) {
  told::begin();
  using Side = shm_ring::SharedRingSide<Variant>;
  const auto options_of = [&](int number) {
    return shm_ring::SharedRingOptions{.number = number, .producers = bound.producers, .items = bound.items};
  };
  const shm_ring::SharedRingOptions options[] = {options_of(1), options_of(2)};
  typename Side::Memory ring;
  name(ring);
  Side producers[] = {Side(options[0], &ring), Side(options[1], &ring)};
  Side consumer(options[0], &ring);
  consumer.begin();
  for (int i = 0; i < bound.producers; ++i) {
    harness::model::Seat& seat = ring.producers.seats[i];
    seat.pid.thread = i;
    run.thread(i == 0 ? "first producer" : "second producer",
               [&seat, &side = producers[i]] { side.take_part(false, seat); });
  }
  ring.consumer.pid.thread = bound.producers;
  run.thread("consumer", [&] { consumer.take_part(true, ring.consumer); });
  if (run.join()) judge(bound.producers);
}

// main() of every variant.
template <class Variant>
int explore_shared_ring(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  MODEL_EXPLORES("deaths");
  const auto explored = [](const char* name, const Bound& bound, int deaths) {
    return harness::model::Exploration{.name = name,
                                       .bound = {{"producers", bound.producers},
                                                 {"items of each", bound.items},
                                                 {"slots", static_cast<int>(Variant::kSlots)}},
                                       .limits = {.crashes = deaths},
                                       .body = [bound](Engine& run) { run_once<Variant>(run, bound); }};
  };
  const int items = Variant::kProducers == 1 ? 2 : 1;
  return harness::model::run_explorations(
      argc, argv,
      {explored("all-executions", {.producers = Variant::kProducers, .items = items}, 0),
       explored("deaths", {.producers = 1, .items = 2}, 1)});
}

}  // namespace shared_ring_model
