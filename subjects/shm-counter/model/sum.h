// All executions of the participants that add to one counter (../counter.h), and what it comes to.
#pragma once

#include "../../common/model/told.h"
#include "../check_then_add.h"

namespace sum_model {

using harness::model::Engine;

struct Mutex : harness::model::Mutex {
  using harness::model::Mutex::Mutex;
};
inline int lock(Mutex& mutex) { return mutex.lock(); }
inline void declare_consistent(Mutex& mutex) { mutex.consistent(); }
inline void unlock(Mutex& mutex) { mutex.unlock(); }

// sem_wait(3) and sem_post(3); who sleeps for a token is not told from who looks for one.
class Semaphore {
 public:
  Semaphore(uint32_t tokens, const char* name) : tokens_(tokens, name) {}

  void wait() {
    uint32_t seen = 0;
    do {
      seen = tokens_.await([](uint32_t tokens) { return tokens > 0; }, std::memory_order_relaxed);
    } while (!tokens_.compare_exchange_strong(seen, seen - 1, std::memory_order_acquire));
  }
  void post() { tokens_.fetch_add(1, std::memory_order_release); }

 private:
  harness::model::Atomic<uint32_t> tokens_;
};
inline int wait(Semaphore& semaphore) {
  semaphore.wait();
  return 0;
}
inline void post(Semaphore& semaphore) { semaphore.post(); }

struct Counter {
  harness::model::Atomic<int64_t> value{0, "value"};
  Mutex mutex{true, "mutex"};
  Semaphore semaphore{1, "semaphore"};
};

// What a variant does in its own way.
struct Right {
  static int64_t add(Counter& counter) { return shm_counter::fetch_and_add(counter); }
  static constexpr bool kSurvivesDeaths = true;
};

struct Bound {
  int participants;
  int rounds;
  int deaths;
};

// Who died may have added before it could tell.
inline void judge(const Counter& counter, const Bound& bound) {
  int64_t told = 0;
  for (int i = 0; i < bound.participants; ++i)
    told += static_cast<int64_t>(told::objects_of("update", i).size());
  const int64_t value = counter.value.load();
  harness::model::require(value >= told, "an update is lost");
  harness::model::require(value <= told + bound.deaths, "an update counts twice");
}

template <class Variant>
void run_once(Engine& run, const Bound& bound) {
  static const char* const names[] = {"first", "second", "third"};
  told::begin();
  Counter counter;
  for (int i = 0; i < bound.participants; ++i) {
    run.thread(names[i], [&] {
      for (int round = 0; round < bound.rounds; ++round) shm_counter::add_once(Variant::add, counter);
    });
  }
  if (run.join()) judge(counter, bound);
}

// main() of every variant.
template <class Variant>
int explore_sum(int argc, char** argv) {
  const auto explored = [](const char* name, const Bound& bound) {
    return harness::model::Exploration{
        .name = name,
        .bound = {{"participants", bound.participants}, {"updates of each", bound.rounds}},
        .limits = {.crashes = bound.deaths},
        .body = [bound](Engine& run) { run_once<Variant>(run, bound); }};
  };
  MODEL_EXPLORES("all-executions");
  std::vector explorations = {explored("all-executions", {.participants = 3, .rounds = 2, .deaths = 0})};
  if constexpr (Variant::kSurvivesDeaths) {
    MODEL_EXPLORES("deaths");
    explorations.push_back(explored("deaths", {.participants = 3, .rounds = 2, .deaths = 1}));
  }
  return harness::model::run_explorations(argc, argv, explorations);
}

}  // namespace sum_model
