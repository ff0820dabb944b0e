#include "model/engine.h"

#include <algorithm>

#include "base/check.h"

namespace harness::model {

namespace {

bool acquires(Order order) {
  return order == Order::acquire || order == Order::consume || order == Order::acq_rel ||
         order == Order::seq_cst;
}
bool releases(Order order) {
  return order == Order::release || order == Order::acq_rel || order == Order::seq_cst;
}

template <class Count>
void join_clock(Count& clock, const Count& other) {
  for (size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], other[i]);
}

View empty_view() {
  View view;
  view.fill(-1);
  return view;
}

}  // namespace

Engine* Engine::current_ = nullptr;

Engine::Engine(Limits limits) : limits_(std::move(limits)) {}
Engine::~Engine() = default;

Outcome explore(const Limits& limits, const std::function<void(Engine&)>& body) {
  return Engine(limits).explore(body);
}

// --- the search

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
  return std::move(result_);
}

bool Engine::backtrack() {
  while (!choices_.empty() && choices_.back().first + 1 >= choices_.back().second) choices_.pop_back();
  if (choices_.empty()) return false;
  ++choices_.back().first;
  return true;
}

void Engine::reset() {
  depth_ = 0;
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
  if (is_endless_) {
    ++result_.endless;
  } else if (is_cut_) {
    ++result_.cut;
  } else if (is_forbidden_) {
    ++result_.forbidden;
  } else {
    ++result_.executions;
    if (!is_over_) result_.outcomes.insert(outcome_);
  }
}

int Engine::choose(int count) {
  if (count <= 1) return 0;
  CHECK(count < 36) << "too many choices at once: " << count;
  if (depth_ == choices_.size()) choices_.emplace_back(0, 0);
  auto& [chosen, of] = choices_[depth_++];
  of = static_cast<uint8_t>(count);
  CHECK(chosen < count) << "this sequence of choices belongs to another program";
  return chosen;
}

// --- threads

void Engine::thread(const std::string& name, std::function<void()> run) {
  CHECK(thread_count_ < kMostThreads) << "more than " << kMostThreads << " threads";
  if (thread_count_ == threads_.size()) threads_.push_back(std::make_unique<Thread>());
  Thread& thread = *threads_[thread_count_];
  thread.index = static_cast<int>(thread_count_++);
  thread.name = name;
  thread.run = std::move(run);
  thread.state = Thread::State::ready;
  thread.clock.fill(0);
  thread.clock_acquired.fill(0);
  thread.clock_released.fill(0);
  thread.acquired = thread.released = empty_view();
  thread.asleep_from = 0;
  thread.woken_at = 0;
  thread.held.clear();
  thread.recent.clear();
  thread.life = add_location("life", 0, false);
  thread.fiber->prepare(&Engine::enter, &thread);
}

void Engine::enter(void* argument) {
  auto& thread = *static_cast<Thread*>(argument);
  thread.run();
  current_->may_crash();
  current_->tell_end(thread, Step::Kind::end, kEnded);
  thread.state = Thread::State::ended;
}

void Engine::resume(int thread) {
  running_ = thread;
  threads_[static_cast<size_t>(thread)]->fiber->run();
  running_ = -1;
}

void Engine::give_way() { me().fiber->give_way(); }

bool Engine::join() {
  View now = empty_view();
  for (size_t i = 0; i < location_count_; ++i) {
    if (!locations_[i].is_plain) now[i] = locations_[i].order.back();
  }
  for (size_t i = 0; i < thread_count_; ++i) threads_[i]->view = now;
  while (!is_over_) {
    for (size_t i = 0; i < thread_count_ && !is_over_; ++i) {
      if (threads_[i]->state == Thread::State::ready) resume(static_cast<int>(i));
    }
    if (is_over_) break;
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
    if (!any_reads) return join_ended();
    if (all_stuck && wake_the_patient()) continue;
    if (all_stuck) {
      fail("deadlock: all that have not ended wait for what nobody will write");
      break;
    }
    if (count == 0) {
      is_over_ = is_cut_ = true;
      break;
    }
    const int chosen = choose(count);
    for (int i = 0; i < chosen && limits_.reduce; ++i)
      threads_[static_cast<size_t>(candidates[i])]->asleep_from = static_cast<int>(messages_.size());
    Thread& thread = *threads_[static_cast<size_t>(candidates[chosen])];
    const std::vector<int16_t>& options = options_[static_cast<size_t>(candidates[chosen])];
    const int option = choose(static_cast<int>(options.size()));
    thread.asleep_from = 0;
    running_ = thread.index;
    perform(thread, options[static_cast<size_t>(option)]);
    running_ = -1;
    thread.state = Thread::State::ready;
  }
  return false;
}

bool Engine::join_ended() {
  if (is_consistent()) return true;
  is_over_ = is_forbidden_ = true;
  return false;
}

void Engine::fail(const std::string& what) {
  if (!is_over_) {
    is_over_ = true;
    is_forbidden_ = !is_consistent();
    if (!is_forbidden_) {
      result_.error = what;
      result_.choices = choices_text();
      result_.trace = trace_text();
    }
  }
  if (inside() && threads_[static_cast<size_t>(running_)]->state == Thread::State::ready) give_way();
}

// --- memory

int Engine::add_location(const char* name, uint64_t value, bool is_plain) {
  CHECK(!inside()) << "an object of the model is made while threads run: " << name;
  CHECK(location_count_ < kMostLocations) << "more than " << kMostLocations << " objects: " << name;
  if (location_count_ == locations_.size()) locations_.emplace_back();
  Location& location = locations_[location_count_];
  location.name = name;
  location.is_plain = is_plain;
  location.robust = false;
  location.order.clear();
  location.value = value;
  location.writer = -1;
  location.written_at = 0;
  location.read_at.fill(0);
  const auto number = static_cast<int16_t>(location_count_++);
  if (!is_plain) {
    location.order.push_back(static_cast<int16_t>(messages_.size()));
    messages_.push_back({.value = value,
                         .view = empty_view(),
                         .clock = {},
                         .location = number,
                         .position = 0,
                         .step = -1,
                         .read_by_change = -1,
                         .was_read = false});
  }
  return number;
}

void Engine::join_view(View& view, const View& other) const {
  for (size_t i = 0; i < location_count_; ++i) {
    if (other[i] < 0 || other[i] == view[i]) continue;
    if (view[i] < 0 ||
        messages_[static_cast<size_t>(other[i])].position > messages_[static_cast<size_t>(view[i])].position)
      view[i] = other[i];
  }
}

void Engine::read(Thread& thread, int number, Order order) {
  Message& message = messages_[static_cast<size_t>(number)];
  message.was_read = true;
  thread.view[static_cast<size_t>(message.location)] = static_cast<int16_t>(number);
  join_view(thread.acquired, message.view);
  join_clock(thread.clock_acquired, message.clock);
  if (!acquires(order)) return;
  join_view(thread.view, message.view);
  join_clock(thread.clock, message.clock);
}

void Engine::record(Thread& thread, Step step) {
  if (steps_.size() >= kMostSteps) {
    is_over_ = is_endless_ = true;
    if (thread.state == Thread::State::ready && inside()) give_way();
    return;
  }
  step.thread = static_cast<int8_t>(thread.index);
  step.clock = thread.clock;
  if (step.order == Order::seq_cst) ++sequential_;
  steps_.push_back(step);
}

int Engine::write(Thread& thread, int number, uint64_t value, Order order, int after, int changed) {
  const auto made = static_cast<int16_t>(messages_.size());
  Location& location = locations_[static_cast<size_t>(number)];
  location.order.insert(location.order.begin() + after + 1, made);
  thread.view[static_cast<size_t>(number)] = made;
  Message message{.value = value,
                  .view = releases(order) ? thread.view : thread.released,
                  .clock = releases(order) ? thread.clock : thread.clock_released,
                  .location = static_cast<int16_t>(number),
                  .position = 0,
                  .step = static_cast<int16_t>(steps_.size()),
                  .read_by_change = -1,
                  .was_read = false};
  message.view[static_cast<size_t>(number)] = made;
  messages_.push_back(message);
  for (size_t i = static_cast<size_t>(after) + 1; i < location.order.size(); ++i)
    messages_[static_cast<size_t>(location.order[i])].position = static_cast<int16_t>(i);
  if (changed >= 0) {
    messages_[static_cast<size_t>(changed)].read_by_change = made;
    join_view(messages_.back().view, messages_[static_cast<size_t>(changed)].view);
    join_clock(messages_.back().clock, messages_[static_cast<size_t>(changed)].clock);
  }
  return made;
}

void Engine::perform(Thread& thread, int number) {
  Pending& pending = thread.pending;
  ++thread.clock[static_cast<size_t>(thread.index)];
  const uint64_t seen = messages_[static_cast<size_t>(number)].value;
  pending.seen = seen;
  const bool takes = pending.kind == Pending::Kind::lock || (pending.kind == Pending::Kind::change &&
                                                             pending.change->takes(seen, pending.change->a));
  const int16_t location = messages_[static_cast<size_t>(number)].location;
  const Order order = location != pending.location                      ? Order::acquire  // a death
                      : pending.kind == Pending::Kind::change && !takes ? pending.failure
                                                                        : pending.order;
  read(thread, number, order);
  Step step{.kind = takes ? Step::Kind::rmw : Step::Kind::load,
            .order = order,
            .thread = 0,
            .location = location,
            .read = static_cast<int16_t>(number),
            .value = seen};
  if (takes) {
    const uint64_t next = pending.kind == Pending::Kind::lock
                              ? seen | 1
                              : pending.change->next(seen, pending.change->a, pending.change->b);
    if (releases(order)) order_writes(thread);
    step.value = next;
    step.written = static_cast<int16_t>(write(thread, pending.location, next, order,
                                              messages_[static_cast<size_t>(number)].position, number));
  }
  record(thread, step);
}

// What was written before cannot be lost any more without what comes after.
void Engine::order_writes(Thread& thread) { thread.recent.clear(); }

uint64_t Engine::load(int location, Order order) {
  if (!inside())
    return messages_[static_cast<size_t>(locations_[static_cast<size_t>(location)].order.back())].value;
  Thread& thread = me();
  thread.pending = {.kind = Pending::Kind::load, .location = location, .order = order};
  thread.state = Thread::State::reading;
  give_way();
  return thread.pending.seen;
}

uint64_t Engine::change(int location, const Change& change, Order order, Order failure) {
  CHECK(inside()) << "a read-modify-write outside of threads";
  Thread& thread = me();
  may_crash();
  thread.pending = {.kind = Pending::Kind::change,
                    .location = location,
                    .order = order,
                    .failure = failure,
                    .change = &change};
  thread.state = Thread::State::reading;
  give_way();
  return thread.pending.seen;
}

void Engine::store(int number, uint64_t value, Order order) {
  Location& location = locations_[static_cast<size_t>(number)];
  if (!inside()) {
    messages_[static_cast<size_t>(location.order.back())].value = value;
    return;
  }
  may_crash();
  Thread& thread = me();
  int places[64];
  int count = 0;
  const int oldest = messages_[static_cast<size_t>(thread.view[static_cast<size_t>(number)])].position;
  for (int i = static_cast<int>(location.order.size()) - 1; i >= oldest; --i) {
    if (messages_[static_cast<size_t>(location.order[static_cast<size_t>(i)])].read_by_change < 0)
      places[count++] = i;
  }
  const int after = places[choose(count)];
  ++thread.clock[static_cast<size_t>(thread.index)];
  if (releases(order)) order_writes(thread);
  const int made = write(thread, number, value, order, after, -1);
  record(thread, {.kind = Step::Kind::store,
                  .order = order,
                  .thread = 0,
                  .location = static_cast<int16_t>(number),
                  .written = static_cast<int16_t>(made),
                  .value = value});
  if (limits_.lang && !releases(order)) thread.recent.push_back({number, made, 0, 0, 0});
}

void Engine::fence(Order order) {
  Thread& thread = me();
  ++thread.clock[static_cast<size_t>(thread.index)];
  if (acquires(order)) {
    join_view(thread.view, thread.acquired);
    join_clock(thread.clock, thread.clock_acquired);
  }
  record(thread, {.kind = Step::Kind::fence, .order = order, .thread = 0, .location = -1});
  if (!releases(order)) return;
  thread.released = thread.view;
  thread.clock_released = thread.clock;
  order_writes(thread);
}

uint64_t Engine::plain_load(int number) {
  Location& location = locations_[static_cast<size_t>(number)];
  if (!inside()) return location.value;
  Thread& thread = me();
  const auto own = static_cast<size_t>(thread.index);
  ++thread.clock[own];
  record(thread, {.kind = Step::Kind::plain_load,
                  .order = Order::relaxed,
                  .thread = 0,
                  .location = static_cast<int16_t>(number),
                  .value = location.value});
  if (location.writer >= 0 && thread.clock[static_cast<size_t>(location.writer)] < location.written_at)
    fail(std::string("data race: ") + thread.name + " reads " + location.name + ", which " +
         threads_[static_cast<size_t>(location.writer)]->name +
         " has written, with nothing between that orders them");
  location.read_at[own] = thread.clock[own];
  return location.value;
}

void Engine::plain_store(int number, uint64_t value) {
  Location& location = locations_[static_cast<size_t>(number)];
  if (!inside()) {
    location.value = value;
    return;
  }
  may_crash();
  Thread& thread = me();
  const auto own = static_cast<size_t>(thread.index);
  ++thread.clock[own];
  record(thread, {.kind = Step::Kind::plain_store,
                  .order = Order::relaxed,
                  .thread = 0,
                  .location = static_cast<int16_t>(number),
                  .value = value});
  int other = -1;
  if (location.writer >= 0 && thread.clock[static_cast<size_t>(location.writer)] < location.written_at)
    other = location.writer;
  for (size_t i = 0; i < thread_count_; ++i) {
    if (thread.clock[i] < location.read_at[i]) other = static_cast<int>(i);
  }
  if (other >= 0)
    fail(std::string("data race: ") + thread.name + " writes " + location.name + ", which " +
         threads_[static_cast<size_t>(other)]->name + " has used, with nothing between that orders them");
  if (limits_.lang)
    thread.recent.push_back({number, -1, location.value, location.writer, location.written_at});
  location.value = value;
  location.writer = thread.index;
  location.written_at = thread.clock[own];
}

}  // namespace harness::model
