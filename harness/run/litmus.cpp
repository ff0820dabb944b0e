#include "run/litmus.h"

#include <sched.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include "os/clock.h"

namespace harness {
namespace {

constexpr size_t kBatch = 1024;  // rounds between two looks at the clock

struct alignas(128) Cell {
  std::atomic<int> x{0};
  alignas(64) std::atomic<int> y{0};
  int seen[2] = {0, 0};
};

struct Test {
  const char* name;
  bool is_allowed;
  void (*first)(Cell&);
  void (*second)(Cell&);
  bool (*is_weak)(const Cell&);
};

bool both_saw_nothing(const Cell& cell) { return cell.seen[0] == 0 && cell.seen[1] == 0; }
bool saw_flag_alone(const Cell& cell) { return cell.seen[0] == 1 && cell.seen[1] == 0; }
bool both_saw_the_future(const Cell& cell) { return cell.seen[0] == 1 && cell.seen[1] == 1; }

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

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto in_order = std::memory_order_seq_cst;

const std::array<Test, 5> kTests = {{
    {"SB relaxed", true, store_x_load_y<relaxed, relaxed>, store_y_load_x<relaxed, relaxed>,
     both_saw_nothing},
    {"SB seq_cst", false, store_x_load_y<in_order, in_order>, store_y_load_x<in_order, in_order>,
     both_saw_nothing},
    {"MP relaxed", true, send<relaxed>, receive<relaxed>, saw_flag_alone},
    {"MP release/acquire", false, send<std::memory_order_release>, receive<std::memory_order_acquire>,
     saw_flag_alone},
    {"LB relaxed", true, load_x_store_y, load_y_store_x, both_saw_the_future},
}};

std::vector<int> two_cpus() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // Of process 1's parent or the worker's own mask: a worker is pinned only after this has run.
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE && cpus.size() < 2; ++cpu) {
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

// Two threads that go through the same cells and start each round together.
class Race {
 public:
  explicit Race(const Test& test) : test_(test), cells_(std::make_unique<std::array<Cell, kBatch>>()) {}

  // Runs the batches; the first thread alone looks at the outcomes and at the clock.
  LitmusCount run(const std::vector<int>& cpus, int64_t rounds, int64_t limit_ns) {
    LitmusCount count{.name = test_.name, .is_allowed = test_.is_allowed};
    const int64_t until_ns = now_ns() + limit_ns;
    std::thread other([&] {
      pin(cpus[1]);
      while (meet(), !is_over_.load()) go_through(test_.second);
    });
    std::thread one([&] {
      pin(cpus[0]);
      while (meet(), !is_over_.load()) {
        go_through(test_.first);
        for (Cell& cell : *cells_) {
          count.weak += test_.is_weak(cell) ? 1 : 0;
          cell.x.store(0);
          cell.y.store(0);
        }
        count.rounds += kBatch;
        is_over_.store(count.rounds >= rounds || now_ns() > until_ns);
      }
    });
    one.join();
    other.join();
    return count;
  }

 private:
  void go_through(void (*part)(Cell&)) {
    for (Cell& cell : *cells_) {
      meet();
      part(cell);
    }
    meet();
  }

  // Both threads arrive before either goes on. One that waits long sleeps until the other comes: its CPU may
  // be wanted for that.
  void meet() {
    const uint64_t mine = arrived_.fetch_add(1);
    const uint64_t both = (mine / 2 + 1) * 2;
    arrived_.notify_one();
    for (int spins = 0; arrived_.load(std::memory_order_acquire) < both; ++spins) {
      if (spins > 2000) arrived_.wait(mine + 1);
    }
  }

  const Test& test_;
  std::unique_ptr<std::array<Cell, kBatch>> cells_;
  alignas(64) std::atomic<uint64_t> arrived_{0};
  alignas(64) std::atomic<bool> is_over_{false};
};

}  // namespace

std::vector<LitmusCount> run_litmus(int64_t rounds, int64_t limit_ns) {
  const std::vector<int> cpus = two_cpus();
  std::vector<LitmusCount> counts;
  if (cpus.size() < 2) return counts;
  for (const Test& test : kTests) counts.push_back(Race(test).run(cpus, rounds, limit_ns));
  return counts;
}

std::vector<std::string> limits_from(const std::vector<LitmusCount>& counts) {
  std::vector<std::string> limits;
  std::string unseen;
  for (const LitmusCount& count : counts) {
    if (count.is_allowed && count.weak == 0) unseen += (unseen.empty() ? "" : ", ") + count.name;
    if (!count.is_allowed && count.weak > 0) {
      limits.push_back(count.name + " broke its promise " + std::to_string(count.weak) + " times in " +
                       std::to_string(count.rounds) +
                       " rounds here: a failure of a program that relies on it may be the machine's");
    }
  }
  if (!unseen.empty()) {
    limits.push_back("a reordering of these kinds never appeared in " +
                     std::to_string(counts.front().rounds) +
                     " rounds here, so a pass says nothing of code that it would break: " + unseen);
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
