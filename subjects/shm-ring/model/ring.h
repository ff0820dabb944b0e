// All executions of the ring of one producer and one consumer (../spsc.h).
#pragma once

#include "../../common/model/told.h"
#include "../spsc.h"

namespace ring_model {

using harness::model::Engine;

// Two slots: a third item is the first that meets a slot again.
struct Small : shm_ring::Right {
  using Atomics = harness::model::Atomics;
  static constexpr uint32_t kSlots = 2;
  static constexpr int kItems = 4;
};

constexpr int kProducer = 0;
constexpr int kConsumer = 1;

template <class Memory>
void name(Memory& ring) {
  static const char* const names[][3] = {{"slot 0's length", "slot 0's item", "slot 0's bytes"},
                                         {"slot 1's length", "slot 1's item", "slot 1's bytes"}};
  ring.head.call("head");
  ring.tail.call("tail");
  ring.producer.is_done.call("producer's is_done");
  ring.consumer.is_done.call("consumer's is_done");
  for (int i = 0; i < 2; ++i) {
    ring.slots[i].length.call(names[i][0]);
    ring.slots[i].item.call(names[i][1]);
    ring.slots[i].bytes.call(names[i][2]);
  }
}

// In order, none twice; and all that was sent, where the consumer has come to its end.
inline void judge(int items) {
  const std::vector<int64_t> sent = told::objects_of("send", kProducer);
  const std::vector<int64_t> received = told::objects_of("receive", kConsumer);
  for (size_t i = 0; i < received.size(); ++i)
    harness::model::require(received[i] == static_cast<int64_t>(i) + 1,
                            "an item is lost, came twice or out of order");
  harness::model::require(static_cast<int>(received.size()) <= items, "an item came that nobody sent");
  const bool has_consumer_died = harness::model::has_died(kConsumer);
  if (!has_consumer_died)
    harness::model::require(received.size() >= sent.size(), "an item that was sent is lost");
}

template <class Variant>
void run_once(Engine& run, const shm_ring::Options& options) {
  told::begin();
  typename shm_ring::Side<Variant>::Memory ring;
  name(ring);
  ring.producer.pid.thread = kProducer;
  ring.consumer.pid.thread = kConsumer;
  shm_ring::Side<Variant> producer(options, &ring);
  shm_ring::Side<Variant> consumer(options, &ring);
  unsigned char room[shm_ring::kSlotBytes];
  run.thread("producer", [&] { producer.take_part(true, nullptr); });
  run.thread("consumer", [&] { consumer.take_part(false, room); });
  if (run.join()) judge(options.items);
}

// main() of every variant.
template <class Variant>
int explore_ring(int argc, char** argv) {
  MODEL_EXPLORES("all-executions");
  MODEL_EXPLORES("deaths");
  const auto explored = [](const char* name, int items, int deaths) {
    return harness::model::Exploration{
        .name = name,
        .bound = {{"items", items}, {"slots", static_cast<int>(Variant::kSlots)}},
        .limits = {.crashes = deaths},
        .body = [items](Engine& run) { run_once<Variant>(run, {.items = items}); }};
  };
  return harness::model::run_explorations(
      argc, argv, {explored("all-executions", Variant::kItems, 0), explored("deaths", Variant::kItems, 1)});
}

}  // namespace ring_model
