#include "run/litmus.h"

#include <sched.h>

#include <atomic>
#include <thread>

#include "os/clock.h"

namespace harness {
namespace {

constexpr size_t kBatch = 1024;       // rounds between two looks at the clock
constexpr size_t kCrowdedBatch = 64;  // where threads share a CPU, and each round is a change of threads

struct alignas(128) Cell {
  std::atomic<int> x{0};
  alignas(64) std::atomic<int> y{0};
  alignas(64) int seen[4] = {0, 0, 0, 0};
};

struct Test {
  const char* name;
  bool is_allowed;
  std::vector<void (*)(Cell&)> parts;  // one for each thread
  bool (*is_weak)(const Cell&);
};

bool both_saw_nothing(const Cell& cell) { return cell.seen[0] == 0 && cell.seen[1] == 0; }
bool saw_flag_alone(const Cell& cell) { return cell.seen[0] == 1 && cell.seen[1] == 0; }
bool both_saw_the_future(const Cell& cell) { return cell.seen[0] == 1 && cell.seen[1] == 1; }

// Each thread's first write came last.
bool both_were_overtaken(const Cell& cell) { return cell.x.load() == 1 && cell.y.load() == 1; }

bool saw_two_orders(const Cell& cell) {
  return cell.seen[0] == 1 && cell.seen[1] == 0 && cell.seen[2] == 1 && cell.seen[3] == 0;
}

template <std::memory_order store, std::memory_order load>
void store_x_load_y(Cell& cell) {
  cell.x.store(1, store);
  cell.seen[0] = cell.y.load(load);
}

template <std::memory_order store, std::memory_order load>
void store_y_load_x(Cell& cell) {
  cell.y.store(1, store);
  cell.seen[1] = cell.x.load(load);
}

template <std::memory_order flag>
void send(Cell& cell) {
  cell.x.store(1, std::memory_order_relaxed);
  cell.y.store(1, flag);
}

template <std::memory_order flag>
void receive(Cell& cell) {
  cell.seen[0] = cell.y.load(flag);
  cell.seen[1] = cell.x.load(std::memory_order_relaxed);
}

void load_x_store_y(Cell& cell) {
  cell.seen[0] = cell.x.load(std::memory_order_relaxed);
  cell.y.store(1, std::memory_order_relaxed);
}

void load_y_store_x(Cell& cell) {
  cell.seen[1] = cell.y.load(std::memory_order_relaxed);
  cell.x.store(1, std::memory_order_relaxed);
}

void store_x_store_y(Cell& cell) {
  cell.x.store(1, std::memory_order_relaxed);
  cell.y.store(2, std::memory_order_relaxed);
}

void store_y_store_x(Cell& cell) {
  cell.y.store(1, std::memory_order_relaxed);
  cell.x.store(2, std::memory_order_relaxed);
}

template <std::memory_order order>
void store_x(Cell& cell) {
  cell.x.store(1, order);
}

template <std::memory_order order>
void store_y(Cell& cell) {
  cell.y.store(1, order);
}

template <std::memory_order order>
void load_x_load_y(Cell& cell) {
  cell.seen[0] = cell.x.load(order);
  cell.seen[1] = cell.y.load(order);
}

template <std::memory_order order>
void load_y_load_x(Cell& cell) {
  cell.seen[2] = cell.y.load(order);
  cell.seen[3] = cell.x.load(order);
}

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto in_order = std::memory_order_seq_cst;

const std::vector<Test>& tests() {
  static const std::vector<Test> all = {
      {"SB relaxed",
       true,
       {store_x_load_y<relaxed, relaxed>, store_y_load_x<relaxed, relaxed>},
       both_saw_nothing},
      {"SB seq_cst",
       false,
       {store_x_load_y<in_order, in_order>, store_y_load_x<in_order, in_order>},
       both_saw_nothing},
      {"MP relaxed", true, {send<relaxed>, receive<relaxed>}, saw_flag_alone},
      {"MP release/acquire", false, {send<release>, receive<acquire>}, saw_flag_alone},
      {"LB relaxed", true, {load_x_store_y, load_y_store_x}, both_saw_the_future},
      {"2+2W relaxed", true, {store_x_store_y, store_y_store_x}, both_were_overtaken},
      {"IRIW acquire",
       true,
       {load_x_load_y<acquire>, store_x<release>, load_y_load_x<acquire>, store_y<release>},
       saw_two_orders},
      {"IRIW seq_cst",
       false,
       {load_x_load_y<in_order>, store_x<in_order>, load_y_load_x<in_order>, store_y<in_order>},
       saw_two_orders},
  };
  return all;
}

constexpr size_t kMostThreads = 4;

std::vector<int> some_cpus() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // Of process 1's parent or the worker's own mask: a worker is pinned only after this has run.
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE && cpus.size() < kMostThreads; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed)) cpus.push_back(cpu);
  }
  return cpus;
}

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

// Threads that go through the same cells and start each round together.
class Race {
 public:
  Race(const Test& test, const std::vector<int>& cpus)
      : test_(test),
        cpus_(cpus),
        is_crowded_(test.parts.size() > cpus.size()),
        cells_(is_crowded_ ? kCrowdedBatch : kBatch) {}

  // Runs the batches; the first thread alone looks at the outcomes and at the clock.
  LitmusCount run(const LitmusExtent& extent) {
    LitmusCount count{.name = test_.name, .is_allowed = test_.is_allowed};
    const int64_t until_ns = now_ns() + extent.limit_ns;
    std::vector<std::thread> others;
    for (size_t i = 1; i < test_.parts.size(); ++i) {
      others.emplace_back([&, i] {
        pin(cpus_[i % cpus_.size()]);
        while (meet(), !is_over_.load()) go_through(test_.parts[i]);
      });
    }
    std::thread one([&] {
      pin(cpus_[0]);
      while (meet(), !is_over_.load()) {
        go_through(test_.parts[0]);
        for (Cell& cell : cells_) {
          count.weak += test_.is_weak(cell) ? 1 : 0;
          cell.x.store(0);
          cell.y.store(0);
        }
        count.rounds += static_cast<int64_t>(cells_.size());
        is_over_.store(count.rounds >= extent.rounds || now_ns() > until_ns);
      }
    });
    one.join();
    for (std::thread& other : others) other.join();
    return count;
  }

 private:
  void go_through(void (*part)(Cell&)) {
    for (Cell& cell : cells_) {
      meet();
      part(cell);
    }
    meet();
  }

  // All threads arrive before any goes on. One that waits long sleeps until the next comes: its CPU may be
  // wanted for that.
  void meet() {
    const uint64_t mine = arrived_.fetch_add(1);
    const uint64_t all = (mine / test_.parts.size() + 1) * test_.parts.size();
    arrived_.notify_all();
    uint64_t seen = 0;
    for (int spins = 0; (seen = arrived_.load(std::memory_order_acquire)) < all; ++spins) {
      if (spins > (is_crowded_ ? 20 : 2000)) arrived_.wait(seen);
    }
  }

  const Test& test_;
  const std::vector<int>& cpus_;
  bool is_crowded_;
  std::vector<Cell> cells_;
  alignas(64) std::atomic<uint64_t> arrived_{0};
  alignas(64) std::atomic<bool> is_over_{false};
};

}  // namespace

std::vector<LitmusCount> run_litmus(const LitmusExtent& extent) {
  const std::vector<int> cpus = some_cpus();
  std::vector<LitmusCount> counts;
  if (cpus.size() < 2) return counts;
  for (const Test& test : tests()) counts.push_back(Race(test, cpus).run(extent));
  return counts;
}

std::vector<std::string> limits_from(const std::vector<LitmusCount>& counts, bool is_instrumented) {
  std::vector<std::string> limits;
  std::string unseen;
  std::string seen;
  for (const LitmusCount& count : counts) {
    const std::string name =
        count.name + " (" + std::to_string(count.weak) + " of " + std::to_string(count.rounds) + ")";
    if (count.is_allowed && count.weak == 0) unseen += (unseen.empty() ? "" : ", ") + name;
    if (count.is_allowed && count.weak > 0) seen += (seen.empty() ? "" : ", ") + name;
    if (!count.is_allowed && count.weak > 0) {
      limits.push_back(count.name + " broke its promise " + std::to_string(count.weak) + " times in " +
                       std::to_string(count.rounds) +
                       " rounds here: a failure of a program that relies on it may be the machine's");
    }
  }
  if (!unseen.empty()) {
    limits.push_back(
        "a reordering of these kinds never appeared here, so a pass says nothing of code that it would "
        "break: " +
        unseen + (seen.empty() ? "" : "; what did appear: " + seen));
  }
  if (is_instrumented && !counts.empty()) {
    limits.emplace_back(
        "these kinds of reordering were counted in plain code; the programs here have code of the "
        "sanitizer's "
        "around each access, and may show none of them");
  }
  return limits;
}

void to_json(nlohmann::json& json, const LitmusCount& value) {
  json = {
      {"name", value.name}, {"allowed", value.is_allowed}, {"rounds", value.rounds}, {"weak", value.weak}};
}

void from_json(const nlohmann::json& json, LitmusCount& value) {
  json.at("name").get_to(value.name);
  json.at("allowed").get_to(value.is_allowed);
  json.at("rounds").get_to(value.rounds);
  json.at("weak").get_to(value.weak);
}

}  // namespace harness
