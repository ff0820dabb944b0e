// The model of memory and its search: an operational RC11 (with the release sequences of C++20).
//
// Each location has its messages in modification order; a message carries the view that it releases. A load
// chooses any message that is not older than its thread's view, a store chooses its place in modification
// order. An execution is run again for each sequence of choices, depth first.
//
// Stores, fences and plain accesses of different threads commute: whichever is first, the same graphs of
// reads-from and modification order come out. So they run at once, and threads are chosen only among those
// that are about to read. One that was passed over sleeps until there is a message that it could not read
// then, and reads only such a one: thus no graph comes out twice. What seq_cst forbids is a property of the
// graph, judged on it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "model/fiber.h"

namespace harness::model {

constexpr int kMostThreads = 8;
constexpr int kMostLocations = 32;
constexpr size_t kMostSteps = 500;  // of an execution

// What stands where a thread's life is told, once it is over.
constexpr uint64_t kDead = 1;
constexpr uint64_t kEnded = 2;

using Order = std::memory_order;
using Clock = std::array<uint16_t, kMostThreads>;

// For each location a message: nothing older may be read. Numbers of messages; -1 is not yet.
using View = std::array<int16_t, kMostLocations>;

// What a thread did: a line of the trace, and a node of the execution's graph.
struct Step {
  enum class Kind : uint8_t { load, store, rmw, fence, plain_load, plain_store, crash, dropped, end };
  Kind kind;
  Order order;
  int8_t thread;
  int16_t location;
  int16_t read = -1;     // the message that was read
  int16_t written = -1;  // the message that was written
  uint64_t value = 0;
  Clock clock{};
};

// A step of the failing execution, as people read it.
struct TracedStep {
  int thread = 0;
  std::string kind;  // load, store, change, fence, read, write (of a plain variable), dies, lost, ends, waits
  std::string place;  // "" of a fence
  std::string order;  // "" of a plain variable
  uint64_t value = 0;
  int from = kNoStep;     // which step wrote what it read
  int newer = 0;          // how many writes of the place are newer in the end than what it read or wrote
  std::string text = "";  // "head = 1, release"

  static constexpr int kFromTheBeginning = -1;
  static constexpr int kNoStep = -2;
};

struct Limits {
  int crashes = 0;  // at most so many threads die, each before any of its writes or at its end
  // What a dead thread wrote last may be missing, as far as no order keeps it. A dependency keeps nothing
  // here: so a state may come out that no compiler makes.
  bool lang = false;
  uint64_t most_executions = 0;  // 0: all
  bool reduce = true;  // false: nobody sleeps, so that graphs come out often; to check the search itself
  std::string replay;  // run only this sequence of choices
};

struct Outcome {
  uint64_t executions = 0;  // complete ones: graphs, each once
  uint64_t cut = 0;         // runs that turned out to lead to no new graph
  uint64_t forbidden = 0;   // runs that seq_cst forbids
  uint64_t states = 0;      // contents of memory with which they ended
  uint64_t endless = 0;     // runs that were given up after kMostSteps: a loop that is no wait
  bool exhausted = false;   // every execution was run
  std::set<std::string> outcomes;

  std::string error;  // what is wrong, and then in which execution, or ""
  std::string choices;
  std::string trace;  // in a column for each thread
  std::vector<std::string> threads;
  std::vector<TracedStep> steps;
  std::vector<int> evidence;  // the steps that show it
};

class Engine {
 public:
  explicit Engine(Limits limits);
  ~Engine();

  Outcome explore(const std::function<void(Engine&)>& body);

  // --- for the body of a program: it makes the objects, adds the threads, joins them, and may look after
  // that.
  enum class Fate : uint8_t {
    may_die,
    lives  // as one of several threads of a process does, of which none dies without the others
  };
  void thread(const std::string& name, std::function<void()> run, Fate fate = Fate::may_die);
  bool join();  // false: this execution is of no use, return
  void outcome(const std::string& text) { outcome_ += text; }
  std::string graph() const;  // who read from whom, and the order of writes: equal for equal graphs

  // --- for the types of model/model.h
  static Engine& current() { return *current_; }
  int add_location(const char* name, uint64_t value, bool is_plain);
  uint64_t load(int location, Order order);
  void store(int location, uint64_t value, Order order);
  struct Change {
    bool (*takes)(uint64_t seen, uint64_t a);  // false: it only reads
    uint64_t (*next)(uint64_t seen, uint64_t a, uint64_t b);
    uint64_t a = 0;
    uint64_t b = 0;
  };
  uint64_t change(int location, const Change& change, Order order, Order failure);
  void fence(Order order);
  void signal_fence() { order_writes(me()); }
  uint64_t plain_load(int location);
  void plain_store(int location, uint64_t value);
  // Waits for a value; which one is not asked twice, so that a wait is one step.
  uint64_t await(int location, const std::function<bool(uint64_t)>& wanted, Order order);
  // Sleeps for a while: until there is another value, or one of the others has died, or nothing else happens.
  void sleep_while(int location, const std::function<bool(uint64_t)>& changed);
  uint64_t lock(int location);  // takes when the low bit is clear; the state without it
  void unlock(int location, uint64_t state);
  void unlock_in_kernel(int location, uint64_t state);  // where nobody dies
  // In pieces, since who calls it is given up where it stands and no destructor of its runs.
  void fail(std::initializer_list<const char*> pieces);
  int self() const { return running_; }
  int life_of(int thread) const { return threads_[static_cast<size_t>(thread)]->life; }
  void hold(int robust) { threads_[static_cast<size_t>(running_)]->held.push_back(robust); }
  void let_go(int robust) { std::erase(threads_[static_cast<size_t>(running_)]->held, robust); }
  int choose(int count);  // any count: a large one takes several digits of the sequence of choices
  void call(int location, const char* name) { locations_[static_cast<size_t>(location)].name = name; }
  bool inside() const { return running_ >= 0; }
  void mark_robust(int location) { locations_[static_cast<size_t>(location)].robust = true; }

 private:
  struct Message {
    uint64_t value;
    View view;
    Clock clock;
    int16_t location;
    int16_t position;
    int16_t step;            // of the trace; -1: from the beginning
    int16_t read_by_change;  // the message of the change that reads it, or -1
    bool was_read;
  };
  struct Location {
    const char* name;
    bool is_plain;
    bool robust;
    std::vector<int16_t> order;  // messages
    // plain: the last write, and the reads since
    uint64_t value;
    int writer;
    uint16_t written_at;
    Clock read_at;
  };
  struct Pending {
    enum class Kind : uint8_t { load, change, await, lock } kind = Kind::load;
    int location = 0;
    Order order = Order::relaxed;
    Order failure = Order::relaxed;
    const Change* change = nullptr;
    const std::function<bool(uint64_t)>* wanted = nullptr;
    bool looks_after_others = false;  // it sleeps for a while only, and the death of another wakes it
    uint64_t seen = 0;
  };
  // A recent write that a language-level crash may lose.
  struct Recent {
    int location;
    int message;  // -1: plain
    uint64_t before;
    int writer;
    uint16_t written_at;
  };
  struct Thread {
    int index = 0;
    std::string name;
    std::function<void()> run;
    Fate fate = Fate::may_die;
    std::unique_ptr<Fiber> fiber = std::make_unique<Fiber>();
    View view, acquired, released;
    Clock clock, clock_acquired, clock_released;
    enum class State : uint8_t { ready, reading, ended, dead } state = State::ready;
    Pending pending;
    int asleep_from = 0;  // messages before this one were tried already
    int life = -1;
    size_t woken_at = 0;  // how many messages there were when its patience ended
    std::vector<int> held;
    std::vector<Recent> recent;
  };

  Thread& me() { return *threads_[static_cast<size_t>(running_)]; }
  void reset();
  // Whose turn it is to read, which message, and who was passed over.
  struct Turn {
    int8_t thread;  // -1: time passes
    uint8_t asleep;
    int16_t message;
    size_t depth;  // how many choices had been made by then
  };

  int choose_digit(int count);
  int choose_place(const Thread& thread, int location);
  bool backtrack();
  void one_execution(const std::function<void(Engine&)>& body);
  uint64_t end_of_memory() const;
  void run_ready();
  bool can_go_on();
  void choose_turn(const int* candidates, int count);
  void take(const Turn& turn);
  void resume(int thread);
  void give_way();
  void wait_for_turn();
  void go_on(Thread& from, Thread& to);
  static void enter(void* thread);
  void options_of(const Thread& thread, std::vector<int16_t>& options) const;
  bool is_stuck(const Thread& thread) const;
  int16_t unseen_death(const Thread& thread, const Thread& other) const;
  bool wake_the_patient();
  bool accepts(const Pending& pending, const Message& message) const;
  void perform(Thread& thread, int message);
  void read(Thread& thread, int message, Order order);
  int write(Thread& thread, int location, uint64_t value, Order order, int after, int changed);
  void join_view(View& view, const View& other) const;
  void may_crash();
  void crash(Thread& thread);
  void tell_end(Thread& thread, Step::Kind kind, uint64_t how);
  void drop_recent(Thread& thread);
  void record(Thread& thread, Step::Kind kind, Order order, int location, int read, int written,
              uint64_t value);
  bool join_ended();
  void order_writes(Thread& thread);
  bool is_consistent() const;
  void tell_failure(const std::string& what);
  TracedStep traced(size_t step, const std::vector<int>& writers) const;
  std::vector<TracedStep> traced_steps(bool is_deadlock) const;
  std::vector<int> evidence() const;
  std::string choices_text() const;

  static Engine* current_;
  Limits limits_;
  Outcome result_;
  std::vector<std::pair<uint8_t, uint8_t>> choices_;
  size_t depth_ = 0;
  size_t kept_choices_ = 0;  // so many are those of the execution before
  std::vector<Turn> turns_;
  size_t turn_ = 0;
  std::unordered_set<uint64_t> ends_;  // of memory, each once
  std::vector<Message> messages_;
  std::vector<Location> locations_;
  size_t location_count_ = 0;
  std::vector<std::unique_ptr<Thread>> threads_;
  size_t thread_count_ = 0;
  std::vector<Step> steps_;
  std::array<std::vector<int16_t>, kMostThreads> options_;  // of each thread that is about to read
  std::vector<int> places_;                                 // where what is stored may stand
  std::string outcome_;
  int running_ = -1;
  int crashes_left_ = 0;
  int sequential_ = 0;    // steps that are seq_cst
  bool is_over_ = false;  // this execution ends here
  bool is_cut_ = false;
  bool is_forbidden_ = false;
  bool is_endless_ = false;
};

Outcome explore(const Limits& limits, const std::function<void(Engine&)>& body);

}  // namespace harness::model
