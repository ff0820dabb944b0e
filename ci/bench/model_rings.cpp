// Rings of two slots, one producer and one consumer, whose explorations have known sizes: ci/bench/model.py
// runs them.
//
//     bench-model --explore await-K|poll-K|poll-deaths-K
//
// `await`: a side waits for the other. `poll`: it looks, and goes on to its next turn, of which the consumer
// has K and the producer two more; `poll-deaths`: one of them may die before any of its writes.
#include "model/model.h"
#include "model/program.h"

namespace {

using namespace harness::model;

constexpr uint32_t kSlots = 2;

struct Ring {
  Atomic<uint32_t> head{0, "head"}, tail{0, "tail"};
  Plain<uint32_t> slots[kSlots];
};

void await_each(Engine& run, uint32_t items) {
  Ring ring;
  run.thread("producer", [&] {
    for (uint32_t i = 0; i < items; ++i) {
      ring.tail.await([i](uint32_t seen) { return i - seen < kSlots; }, Order::acquire);
      ring.slots[i % kSlots] = i + 1;
      ring.head.store(i + 1, Order::release);
    }
  });
  run.thread("consumer", [&] {
    for (uint32_t i = 0; i < items; ++i) {
      ring.head.await([i](uint32_t seen) { return seen > i; }, Order::acquire);
      require(ring.slots[i % kSlots] == i + 1, "an item is not what was sent");
      ring.tail.store(i + 1, Order::release);
    }
  });
  run.join();
}

void poll_each(Engine& run, uint32_t items) {
  Ring ring;
  run.thread("producer", [&] {
    for (uint32_t turn = 0, made = 0; turn < items + kSlots && made < items; ++turn) {
      if (made - ring.tail.load(Order::acquire) == kSlots) continue;
      ring.slots[made % kSlots] = made + 1;
      ring.head.store(++made, Order::release);
    }
  });
  run.thread("consumer", [&] {
    for (uint32_t turn = 0, taken = 0; turn < items; ++turn) {
      if (ring.head.load(Order::acquire) == taken) continue;
      require(ring.slots[taken % kSlots] == taken + 1, "an item is not what was sent");
      ring.tail.store(++taken, Order::release);
    }
  });
  run.join();
}

Exploration of(const char* kind, uint32_t count, int deaths, void (*body)(Engine&, uint32_t)) {
  return {.name = kind + std::to_string(count),
          .bound = {{"items", static_cast<int>(count)}, {"slots", kSlots}},
          .limits = {.crashes = deaths},
          .body = [count, body](Engine& run) { body(run, count); }};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Exploration> all;
  for (uint32_t count = 1; count <= 8; ++count) {
    all.push_back(of("await-", count, 0, await_each));
    all.push_back(of("poll-", count, 0, poll_each));
    all.push_back(of("poll-deaths-", count, 1, poll_each));
  }
  return run_explorations(argc, argv, all);
}
