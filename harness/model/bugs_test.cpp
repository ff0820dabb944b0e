// What the model is for: each of these mistakes is found, and the same program without the mistake passes.
#include <boost/test/unit_test.hpp>

#include "base/sanitizer.h"
#include "model/model.h"

using namespace harness::model;

BOOST_AUTO_TEST_SUITE(Bugs)

namespace {

constexpr uint32_t kSlots = 2;

// A ring of one producer and one consumer, its payload of either kind of variable.
template <class Payload>
Outcome ring(uint32_t items, Order publish, Order subscribe, Order free, const Limits& limits = {}) {
  return explore(limits, [&](Engine& run) {
    Atomic<uint32_t> head(0, "head"), tail(0, "tail");
    Payload slots[kSlots];
    run.thread("producer", [&] {
      for (uint32_t i = 0; i < items; ++i) {
        tail.await([i](uint32_t seen) { return i - seen < kSlots; }, Order::acquire);
        slots[i % kSlots] = i + 1;
        head.store(i + 1, publish);
      }
    });
    run.thread("consumer", [&] {
      for (uint32_t i = 0; i < items; ++i) {
        head.await([i](uint32_t seen) { return seen > i; }, subscribe);
        require(slots[i % kSlots] == i + 1, "an item is not what was sent");
        tail.store(i + 1, free);
      }
    });
    if (run.join()) run.outcome(run.graph());
  });
}

// Both sides only look; who finds nothing to do goes on to its next turn. The consumer has as many turns as
// there are items.
Outcome polled_ring(uint32_t items, uint32_t producer_turns, const Limits& limits = {}) {
  return explore(limits, [&](Engine& run) {
    Atomic<uint32_t> head(0, "head"), tail(0, "tail");
    Plain<uint32_t> slots[kSlots];
    run.thread("producer", [&] {
      for (uint32_t turn = 0, made = 0; turn < producer_turns && made < items; ++turn) {
        if (made - tail.load(Order::acquire) == kSlots) continue;
        slots[made % kSlots] = made + 1;
        head.store(++made, Order::release);
      }
    });
    run.thread("consumer", [&] {
      for (uint32_t turn = 0, taken = 0; turn < items; ++turn) {
        if (head.load(Order::acquire) == taken) continue;
        require(slots[taken % kSlots] == taken + 1, "an item is not what was sent");
        tail.store(++taken, Order::release);
      }
    });
    if (run.join()) run.outcome(run.graph());
  });
}

struct RelaxedPayload {
  Atomic<uint32_t> value{0, "slot"};
  RelaxedPayload& operator=(uint32_t next) {
    value.store(next, Order::relaxed);
    return *this;
  }
  bool operator==(uint32_t wanted) const { return value.load(Order::relaxed) == wanted; }
};

bool passes(const Outcome& found) { return found.exhausted && found.error.empty() && found.executions > 0; }
bool is_race(const Outcome& found) { return found.error.starts_with("data race"); }
bool is_deadlock(const Outcome& found) { return found.error.starts_with("deadlock"); }

Outcome seqlock(bool has_fences) {
  return explore({}, [&](Engine& run) {
    Atomic<uint32_t> sequence(0, "sequence"), a(0, "a"), b(0, "b");
    run.thread("writer", [&] {
      sequence.store(1, Order::relaxed);
      if (has_fences) fence(Order::release);
      a.store(1, Order::relaxed);
      b.store(1, Order::relaxed);
      sequence.store(2, Order::release);
    });
    run.thread("reader", [&] {
      const uint32_t before = sequence.load(Order::acquire);
      const uint32_t seen_a = a.load(Order::relaxed), seen_b = b.load(Order::relaxed);
      if (has_fences) fence(Order::acquire);
      if (before % 2 == 0 && sequence.load(Order::relaxed) == before)
        require(seen_a == seen_b, "a torn pair");
    });
    run.join();
  });
}

// A pair that is committed by two stores, or by one; the survivor reads it after the death.
Outcome commit(bool in_one_word) {
  return explore({.crashes = 1}, [&](Engine& run) {
    Atomic<uint32_t> bytes(0, "bytes"), head(0, "head");
    Atomic<uint64_t> both(0, "both");
    run.thread("writer", [&] {
      if (in_one_word) {
        both.store((uint64_t{24} << 32) | 1, Order::release);
        return;
      }
      bytes.store(24, Order::relaxed);
      head.store(1, Order::release);
    });
    run.thread("survivor", [&] {
      await_end(0);
      const uint64_t word = both.load(Order::acquire);
      const uint64_t seen_bytes = in_one_word ? word >> 32 : bytes.load(Order::acquire);
      const uint64_t seen_head = in_one_word ? word & 0xFFFFFFFF : head.load(Order::acquire);
      require(seen_bytes == 24 * seen_head, "recovery reads a torn pair");
    });
    run.join();
  });
}

Outcome robust_counter(bool repairs) {
  return explore({.crashes = 1}, [&](Engine& run) {
    Mutex mutex(true, "mutex");
    Plain<int> a(0, "a"), b(0, "b");
    for (const char* name : {"first", "second"}) {
      run.thread(name, [&] {
        if (mutex.lock() == EOWNERDEAD) {
          if (repairs) b = static_cast<int>(a);
          mutex.consistent();
        }
        require(a == b, "the pair is torn under the lock");
        a = a + 1;
        b = b + 1;
        mutex.unlock();
      });
    }
    run.join();
  });
}

// An heir of whoever died with the change begun: he makes the other half of it, or looks what is missing.
Outcome sure_heir(bool looks) {
  return explore({.crashes = 1}, [&](Engine& run) {
    Mutex mutex(true, "mutex");
    Plain<int> a(0, "a"), b(0, "b");
    run.thread("owner", [&] {
      if (mutex.lock() == EOWNERDEAD) mutex.consistent();
      a = 1;
      b = 1;
      mutex.unlock();
    });
    run.thread("heir", [&] {
      if (mutex.lock() == EOWNERDEAD) {
        const bool has_begun = a == 1;
        if (has_begun) b = looks ? 1 : b + 1;
        mutex.consistent();
      }
      require(a == b, "the pair is torn under the lock");
      mutex.unlock();
    });
    run.join();
  });
}

// Two threads take a lock that nothing gives back when its owner dies.
Outcome threads_of_one_process(Engine::Fate fate) {
  return explore({.crashes = 1}, [&](Engine& run) {
    Mutex mutex;
    for (const char* name : {"worker", "reporter"}) {
      const auto pass = [&] {
        mutex.lock();
        mutex.unlock();
      };
      run.thread(name, pass, fate);
    }
    run.join();
  });
}

// Two look for sleepers to wake; one of them may die.
Outcome two_wakers() {
  return explore({.crashes = 1}, [&](Engine& run) {
    Futex futex;
    run.thread("first", [&] { futex.wake(1); });
    run.thread("second", [&] { futex.wake(1); });
    run.join();
  });
}

// One thread writes so often that what another one writes, or reads, may stand between any two of them.
Outcome many_stores(uint32_t count, uint32_t unwanted, const Limits& limits = {}) {
  return explore(limits, [&](Engine& run) {
    Atomic<uint32_t> place(0, "place");
    run.thread("often", [&] {
      for (uint32_t i = 1; i <= count; ++i) place.store(i, Order::relaxed);
    });
    run.thread("once", [&] {
      place.store(1000, Order::relaxed);
      require(place.load(Order::relaxed) != unwanted, "what was not to be read");
    });
    if (run.join()) run.outcome(run.graph());
  });
}

// Who has an item claims a free slot, and fills it then; the consumer waits for the first.
Outcome claimed_slots(bool marks_skipped) {
  constexpr uint32_t kFilled = 9, kSkipped = 8;
  return explore({.crashes = 1}, [&](Engine& run) {
    Atomic<uint32_t> slots[2];
    const auto claim = [&](uint32_t own) {
      for (auto& slot : slots) {
        uint32_t free = 0;
        if (!slot.compare_exchange_strong(free, own, Order::relaxed)) continue;
        slot.store(kFilled, Order::release);
        return;
      }
    };
    run.thread("claimer", [&] { claim(1); });
    run.thread("other claimer", [&] { claim(2); });
    run.thread("consumer", [&] { slots[0].await([](uint32_t seen) { return seen >= kSkipped; }); });
    if (marks_skipped) {
      run.thread("recovery", [&] {
        for (uint32_t own = 1; own <= 2; ++own) {
          if (!await_end(static_cast<int>(own) - 1)) continue;
          for (auto& slot : slots) {
            uint32_t claimed = own;
            slot.compare_exchange_strong(claimed, kSkipped, Order::acq_rel);
          }
        }
      });
    }
    run.join();
  });
}

Outcome sleepers(Order order, bool has_fences) {
  return explore({}, [&](Engine& run) {
    Atomic<uint32_t> head(0, "head"), sleeps(0, "sleeps");
    Futex futex;
    run.thread("producer", [&] {
      head.store(1, order == Order::seq_cst ? order : Order::release);
      if (has_fences) fence(Order::seq_cst);
      if (sleeps.load(order == Order::seq_cst ? order : Order::acquire) == 0) return;
      sleeps.store(0, Order::relaxed);
      futex.wake(1);
    });
    run.thread("consumer", [&] {
      sleeps.store(1, order == Order::seq_cst ? order : Order::release);
      if (has_fences) fence(Order::seq_cst);
      if (head.load(order == Order::seq_cst ? order : Order::acquire) == 0) futex.wait(sleeps, 1U);
    });
    run.join();
  });
}

enum class Kept { nothing, by_compiler_fence, by_release };

Outcome ready_flag(bool lang, Kept kept) {
  return explore({.crashes = 1, .lang = lang}, [&](Engine& run) {
    Atomic<uint32_t> data(0, "data"), ready(0, "ready");
    run.thread("writer", [&] {
      data.store(7, Order::relaxed);
      if (kept == Kept::by_compiler_fence) signal_fence();
      ready.store(1, kept == Kept::by_release ? Order::release : Order::relaxed);
    });
    run.thread("survivor", [&] {
      await_end(0);
      if (ready.load(Order::acquire) == 1) require(data.load(Order::relaxed) == 7, "ready, and torn");
    });
    run.join();
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(ARingHasAsManyGraphsAsAnIndependentCheckerCounts) {
  size_t wanted = 1;
  for (uint32_t items = 1; items <= 6; ++items, wanted *= 3) {
    const Outcome found = ring<Plain<uint32_t>>(items, Order::release, Order::acquire, Order::release);
    BOOST_TEST(passes(found));
    BOOST_TEST(found.executions == wanted);
    BOOST_TEST(found.outcomes.size() == wanted);
  }
}

// The producer may find the ring full twice. The counts are GenMC 0.10.3's of the same program in C.
BOOST_AUTO_TEST_CASE(APolledRingHasAsManyGraphsAsAnIndependentCheckerCounts) {
  uint32_t items = 0;
  for (const size_t wanted : {2U, 9U, 93U, 737U, 5163U}) {
    ++items;
    const Outcome found = polled_ring(items, items + kSlots);
    BOOST_TEST(passes(found));
    BOOST_TEST(found.executions == wanted);
    BOOST_TEST(found.outcomes.size() == wanted);
  }
}

BOOST_AUTO_TEST_CASE(AReducedSearchOfAPolledRingRunsEachGraphOnce) {
  for (uint32_t turns = 1; turns <= (harness::kHasSanitizer ? 2U : 4U); ++turns) {
    for (int crashes = 0; crashes <= 1; ++crashes) {
      const Outcome reduced = polled_ring(turns, turns, {.crashes = crashes});
      const Outcome all = polled_ring(turns, turns, {.crashes = crashes, .reduce = false});
      BOOST_TEST(passes(reduced));
      BOOST_TEST((reduced.outcomes == all.outcomes));
      BOOST_TEST(reduced.executions == all.outcomes.size());
      BOOST_TEST(reduced.executions + reduced.cut <= all.executions + 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(RelaxedPublishIsFound) {
  BOOST_TEST(is_race(ring<Plain<uint32_t>>(3, Order::relaxed, Order::acquire, Order::release)));
  BOOST_TEST(is_race(ring<Plain<uint32_t>>(3, Order::release, Order::relaxed, Order::release)));
  BOOST_TEST(is_race(ring<Plain<uint32_t>>(3, Order::release, Order::acquire, Order::relaxed)));
}

BOOST_AUTO_TEST_CASE(RelaxedPublishOfAnAtomicPayloadIsFound) {
  BOOST_TEST(ring<RelaxedPayload>(3, Order::relaxed, Order::acquire, Order::release).error ==
             "an item is not what was sent");
  BOOST_TEST(passes(ring<RelaxedPayload>(3, Order::release, Order::acquire, Order::release)));
}

BOOST_AUTO_TEST_CASE(ASeqlockWithoutFencesIsFound) {
  BOOST_TEST(seqlock(false).error == "a torn pair");
  BOOST_TEST(passes(seqlock(true)));
}

BOOST_AUTO_TEST_CASE(ATornCommitIsFound) {
  BOOST_TEST(commit(false).error == "recovery reads a torn pair");
  BOOST_TEST(passes(commit(true)));
}

BOOST_AUTO_TEST_CASE(AnHeirThatDoesNotRepairIsFound) {
  BOOST_TEST(robust_counter(false).error == "the pair is torn under the lock");
  BOOST_TEST(passes(robust_counter(true)));
}

// Before it takes the lock, before each write, before it lets go, at its end; or never.
BOOST_AUTO_TEST_CASE(ADeathComesBeforeEachWriteAndEachUnlock) {
  const Outcome found = explore({.crashes = 1}, [](Engine& run) {
    Mutex mutex(true, "mutex");
    Plain<int> a(0, "a"), b(0, "b");
    run.thread("owner", [&] {
      mutex.lock();
      a = 1;
      b = 1;
      mutex.unlock();
    });
    if (run.join()) run.outcome(run.graph() + std::to_string(a) + std::to_string(b));
  });
  BOOST_TEST(passes(found));
  BOOST_TEST(found.executions == 6U);
  BOOST_TEST(found.states == 6U);
}

// Who has made the whole change may still die with the lock.
BOOST_AUTO_TEST_CASE(AnHeirThatTakesEveryChangeForHalfDoneIsFound) {
  BOOST_TEST(sure_heir(false).error == "the pair is torn under the lock");
  BOOST_TEST(passes(sure_heir(true)));
}

BOOST_AUTO_TEST_CASE(AThreadOfAProcessThatLivesDoesNotDieAlone) {
  BOOST_TEST(is_deadlock(threads_of_one_process(Engine::Fate::may_die)));
  BOOST_TEST(passes(threads_of_one_process(Engine::Fate::lives)));
}

BOOST_AUTO_TEST_CASE(NobodyDiesInsideTheKernel) { BOOST_TEST(passes(two_wakers())); }

BOOST_AUTO_TEST_CASE(ADeadClaimantIsFound) {
  BOOST_TEST(is_deadlock(claimed_slots(false)));
  BOOST_TEST(passes(claimed_slots(true)));
}

BOOST_AUTO_TEST_CASE(ALostWakeUpIsFound) {
  BOOST_TEST(is_deadlock(sleepers(Order::release, false)));
  BOOST_TEST(passes(sleepers(Order::release, true)));
  BOOST_TEST(passes(sleepers(Order::seq_cst, false)));
}

BOOST_AUTO_TEST_CASE(AFlagThatACompilerMayMoveIsFoundByACrashOfTheLanguage) {
  BOOST_TEST(ready_flag(true, Kept::nothing).error == "ready, and torn");
  BOOST_TEST(passes(ready_flag(false, Kept::nothing)));
  BOOST_TEST(passes(ready_flag(true, Kept::by_compiler_fence)));
  BOOST_TEST(passes(ready_flag(true, Kept::by_release)));
}

BOOST_AUTO_TEST_CASE(AFailingExecutionIsRunAgainByItsChoices) {
  const Outcome found = ring<RelaxedPayload>(3, Order::relaxed, Order::acquire, Order::release);
  const Outcome again =
      ring<RelaxedPayload>(3, Order::relaxed, Order::acquire, Order::release, {.replay = found.choices});
  BOOST_TEST(again.error == found.error);
  BOOST_TEST(again.trace == found.trace);
  BOOST_TEST(again.executions == 1U);
  BOOST_TEST(found.trace.find("head = 1, relaxed") != std::string::npos);
}

// The store comes after any of the 70 or before all of them, and reads itself or one that stands later.
BOOST_AUTO_TEST_CASE(AStoreComesBetweenAnyTwoOfSeventy) {
  const Outcome found = many_stores(70, 2000);
  BOOST_TEST(passes(found));
  BOOST_TEST(found.executions == 71U * 72U / 2);
  BOOST_TEST(found.outcomes.size() == found.executions);
}

BOOST_AUTO_TEST_CASE(OneOfManyChoicesIsMadeAgain) {
  const Outcome found = many_stores(70, 69);
  BOOST_TEST(found.error == "what was not to be read");
  const Outcome again = many_stores(70, 69, {.replay = found.choices});
  BOOST_TEST(again.error == found.error);
  BOOST_TEST(again.trace == found.trace);
}

BOOST_AUTO_TEST_SUITE_END()
