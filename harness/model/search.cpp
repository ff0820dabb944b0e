// The search: which execution comes next, and whose turn it is in this one.
#include "base/check.h"
#include "model/engine.h"

namespace harness::model {

namespace {

// 0 to 9 and a to z; the last of them also stands for all that are further on.
constexpr int kDigits = 36;

}  // namespace

Outcome explore(const Limits& limits, const std::function<void(Engine&)>& body) {
  return Engine(limits).explore(body);
}

Outcome Engine::explore(const std::function<void(Engine&)>& body) {
  current_ = this;
  for (const char digit : limits_.replay)
    choices_.emplace_back(static_cast<uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10), 0);
  do {
    one_execution(body);
    if (!result_.error.empty() || !limits_.replay.empty()) break;
    if (limits_.most_executions != 0 && result_.executions >= limits_.most_executions) break;
    result_.exhausted = !backtrack();
  } while (!result_.exhausted);
  current_ = nullptr;
  result_.states = ends_.size();
  return std::move(result_);
}

bool Engine::backtrack() {
  while (!choices_.empty() && choices_.back().first + 1 >= choices_.back().second) choices_.pop_back();
  if (choices_.empty()) return false;
  ++choices_.back().first;
  kept_choices_ = choices_.size() - 1;
  return true;
}

void Engine::reset() {
  depth_ = 0;
  turn_ = 0;
  messages_.clear();
  location_count_ = 0;
  thread_count_ = 0;
  steps_.clear();
  outcome_.clear();
  running_ = -1;
  crashes_left_ = limits_.crashes;
  sequential_ = 0;
  is_over_ = is_cut_ = is_forbidden_ = is_endless_ = false;
}

void Engine::one_execution(const std::function<void(Engine&)>& body) {
  reset();
  body(*this);
  turns_.resize(turn_);
  if (is_endless_) {
    ++result_.endless;
  } else if (is_cut_) {
    ++result_.cut;
  } else if (is_forbidden_) {
    ++result_.forbidden;
  } else {
    ++result_.executions;
    ends_.insert(end_of_memory());
    if (!is_over_) result_.outcomes.insert(outcome_);
  }
}

// What stands last at each place, as one number.
uint64_t Engine::end_of_memory() const {
  uint64_t mixed = location_count_;
  for (size_t i = 0; i < location_count_; ++i) {
    const Location& location = locations_[i];
    const uint64_t value =
        location.is_plain ? location.value : messages_[static_cast<size_t>(location.order.back())].value;
    mixed = (mixed ^ value) * 0x9E3779B97F4A7C15U;
    mixed ^= mixed >> 29;
  }
  return mixed;
}

int Engine::choose(int count) {
  int passed = 0;
  while (count - passed > kDigits) {
    const int digit = choose_digit(kDigits);
    passed += digit;
    if (digit + 1 < kDigits) return passed;
  }
  return passed + choose_digit(count - passed);
}

int Engine::choose_digit(int count) {
  if (count <= 1) return 0;
  if (depth_ == choices_.size()) choices_.emplace_back(0, 0);
  auto& [chosen, of] = choices_[depth_++];
  of = static_cast<uint8_t>(count);
  CHECK(chosen < count) << "this sequence of choices belongs to another program";
  return chosen;
}

bool Engine::join() {
  View now;
  now.fill(-1);
  for (size_t i = 0; i < location_count_; ++i) {
    if (!locations_[i].is_plain) now[i] = locations_[i].order.back();
  }
  for (size_t i = 0; i < thread_count_; ++i) threads_[i]->view = now;
  while (!is_over_) {
    run_ready();
    if (is_over_) break;
    if (!can_go_on()) return join_ended();
    if (is_over_) break;
    if (const Turn& turn = turns_[turn_++]; turn.thread >= 0) take(turn);
  }
  return false;
}

// Until all of them read or have ended: while one runs, time may pass, and then others are ready again.
void Engine::run_ready() {
  for (bool has_run = true; has_run && !is_over_;) {
    has_run = false;
    for (size_t i = 0; i < thread_count_ && !is_over_; ++i) {
      if (threads_[i]->state != Thread::State::ready) continue;
      resume(static_cast<int>(i));
      has_run = true;
    }
  }
}

// Finds whose turn it is: turns_[turn_]. What was found in the execution before holds as long as all choices
// up to there are the same. False when nobody is left to go on.
bool Engine::can_go_on() {
  if (turn_ < turns_.size() && turns_[turn_].depth <= kept_choices_) {
    if (turns_[turn_].thread < 0) wake_the_patient();
    return true;
  }
  turns_.resize(turn_);
  int candidates[kMostThreads];
  int count = 0;
  bool any_reads = false;
  bool all_stuck = true;
  for (size_t i = 0; i < thread_count_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.state != Thread::State::reading) continue;
    any_reads = true;
    all_stuck = all_stuck && is_stuck(thread);
    options_of(thread, options_[i]);
    if (!options_[i].empty()) candidates[count++] = static_cast<int>(i);
  }
  if (!any_reads) return false;
  if (all_stuck && wake_the_patient()) {
    turns_.push_back({.thread = -1, .asleep = 0, .message = -1, .depth = depth_});
  } else if (all_stuck) {
    fail({"deadlock: all that have not ended wait for what nobody will write"});
  } else if (count == 0) {
    is_over_ = is_cut_ = true;
  } else {
    choose_turn(candidates, count);
  }
  return true;
}

void Engine::choose_turn(const int* candidates, int count) {
  const int chosen = choose(count);
  uint8_t asleep = 0;
  for (int i = 0; i < chosen && limits_.reduce; ++i) asleep |= static_cast<uint8_t>(1U << candidates[i]);
  const std::vector<int16_t>& options = options_[static_cast<size_t>(candidates[chosen])];
  const int option = choose(static_cast<int>(options.size()));
  turns_.push_back({.thread = static_cast<int8_t>(candidates[chosen]),
                    .asleep = asleep,
                    .message = options[static_cast<size_t>(option)],
                    .depth = depth_});
}

void Engine::take(const Turn& turn) {
  depth_ = turn.depth;
  for (size_t i = 0; turn.asleep >> i != 0; ++i) {
    if ((turn.asleep >> i & 1) != 0) threads_[i]->asleep_from = static_cast<int>(messages_.size());
  }
  Thread& thread = *threads_[static_cast<size_t>(turn.thread)];
  thread.asleep_from = 0;
  running_ = thread.index;
  perform(thread, turn.message);
  running_ = -1;
  thread.state = Thread::State::ready;
}

// Of a thread that is about to read. It finds the next turn itself, without a change of stacks where that is
// its own; only join() lets those run that wait for nothing.
void Engine::wait_for_turn() {
  Thread& own = me();
  own.state = Thread::State::reading;
  for (size_t i = 0; i < thread_count_; ++i) {
    if (threads_[i]->state == Thread::State::ready) return give_way();
  }
  running_ = -1;
  can_go_on();
  if (!is_over_) {
    const Turn& turn = turns_[turn_++];
    if (turn.thread >= 0) take(turn);
    if (turn.thread >= 0 && !is_over_) return go_on(own, *threads_[static_cast<size_t>(turn.thread)]);
  }
  running_ = own.index;
  give_way();
}

void Engine::go_on(Thread& from, Thread& to) {
  running_ = to.index;
  if (&from != &to) from.fiber->hand_over(*to.fiber);
}

bool Engine::join_ended() {
  if (is_consistent()) return true;
  is_over_ = is_forbidden_ = true;
  return false;
}

}  // namespace harness::model
