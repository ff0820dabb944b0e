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

// The other one comes as a copy, which is known to lie apart: so the whole is a few instructions.
void join_clock(Clock& clock, Clock other) {
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

// --- threads

void Engine::thread(const std::string& name, std::function<void()> run, Fate fate) {
  CHECK(thread_count_ < kMostThreads) << "more than " << kMostThreads << " threads";
  if (thread_count_ == threads_.size()) threads_.push_back(std::make_unique<Thread>());
  Thread& thread = *threads_[thread_count_];
  thread.index = static_cast<int>(thread_count_++);
  thread.name = name;
  thread.run = std::move(run);
  thread.fate = fate;
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

void Engine::fail(std::initializer_list<const char*> pieces) {
  if (!is_over_) {
    is_over_ = true;
    is_forbidden_ = !is_consistent();
    std::string what;
    for (const char* piece : pieces) what += piece;
    if (!is_forbidden_) tell_failure(what);
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
  if (message.step < 0) return;               // what was there from the beginning tells nothing
  const bool is_known_now = acquires(order);  // or else from an acquire fence on
  join_view(is_known_now ? thread.view : thread.acquired, message.view);
  join_clock(is_known_now ? thread.clock : thread.clock_acquired, message.clock);
}

// Fills it in where it stays: a step is small, and copying one costs more than all else that is done to it.
void Engine::record(Thread& thread, Step::Kind kind, Order order, int location, int read, int written,
                    uint64_t value) {
  if (steps_.size() >= kMostSteps) {
    is_over_ = is_endless_ = true;
    if (thread.state == Thread::State::ready && inside()) give_way();
    return;
  }
  Step& step = steps_.emplace_back();
  step.kind = kind;
  step.order = order;
  step.thread = static_cast<int8_t>(thread.index);
  step.location = static_cast<int16_t>(location);
  step.read = static_cast<int16_t>(read);
  step.written = static_cast<int16_t>(written);
  step.value = value;
  step.clock = thread.clock;
  if (order == Order::seq_cst) ++sequential_;
}

int Engine::write(Thread& thread, int number, uint64_t value, Order order, int after, int changed) {
  const auto made = static_cast<int16_t>(messages_.size());
  Location& location = locations_[static_cast<size_t>(number)];
  location.order.insert(location.order.begin() + after + 1, made);
  thread.view[static_cast<size_t>(number)] = made;
  Message& message = messages_.emplace_back();
  message.value = value;
  message.view = releases(order) ? thread.view : thread.released;
  message.clock = releases(order) ? thread.clock : thread.clock_released;
  message.location = static_cast<int16_t>(number);
  message.step = static_cast<int16_t>(steps_.size());
  message.read_by_change = -1;
  message.was_read = false;
  message.view[static_cast<size_t>(number)] = made;
  for (size_t i = static_cast<size_t>(after) + 1; i < location.order.size(); ++i)
    messages_[static_cast<size_t>(location.order[i])].position = static_cast<int16_t>(i);
  if (changed >= 0) {
    messages_[static_cast<size_t>(changed)].read_by_change = made;
    join_view(message.view, messages_[static_cast<size_t>(changed)].view);
    join_clock(message.clock, messages_[static_cast<size_t>(changed)].clock);
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
  if (!takes) return record(thread, Step::Kind::load, order, location, number, -1, seen);
  const uint64_t next = pending.kind == Pending::Kind::lock
                            ? seen | 1
                            : pending.change->next(seen, pending.change->a, pending.change->b);
  if (releases(order)) order_writes(thread);
  const int after = messages_[static_cast<size_t>(number)].position;
  const int made = write(thread, pending.location, next, order, after, number);
  record(thread, Step::Kind::rmw, order, location, number, made, next);
}

// What was written before cannot be lost any more without what comes after.
void Engine::order_writes(Thread& thread) { thread.recent.clear(); }

uint64_t Engine::load(int location, Order order) {
  if (!inside())
    return messages_[static_cast<size_t>(locations_[static_cast<size_t>(location)].order.back())].value;
  Thread& thread = me();
  thread.pending = {.kind = Pending::Kind::load, .location = location, .order = order};
  wait_for_turn();
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
  wait_for_turn();
  return thread.pending.seen;
}

// After which message of the location a store stands: what a change has read and written stays together.
int Engine::choose_place(const Thread& thread, int number) {
  const auto& order = locations_[static_cast<size_t>(number)].order;
  const int oldest = messages_[static_cast<size_t>(thread.view[static_cast<size_t>(number)])].position;
  places_.clear();
  for (int i = static_cast<int>(order.size()) - 1; i >= oldest; --i) {
    const Message& message = messages_[static_cast<size_t>(order[static_cast<size_t>(i)])];
    if (message.read_by_change < 0) places_.push_back(i);
  }
  return places_[static_cast<size_t>(choose(static_cast<int>(places_.size())))];
}

void Engine::store(int number, uint64_t value, Order order) {
  Location& location = locations_[static_cast<size_t>(number)];
  if (!inside()) {
    messages_[static_cast<size_t>(location.order.back())].value = value;
    return;
  }
  may_crash();
  Thread& thread = me();
  const int after = choose_place(thread, number);
  ++thread.clock[static_cast<size_t>(thread.index)];
  if (releases(order)) order_writes(thread);
  const int made = write(thread, number, value, order, after, -1);
  record(thread, Step::Kind::store, order, number, -1, made, value);
  if (limits_.lang && !releases(order)) thread.recent.push_back({number, made, 0, 0, 0});
}

void Engine::fence(Order order) {
  Thread& thread = me();
  ++thread.clock[static_cast<size_t>(thread.index)];
  if (acquires(order)) {
    join_view(thread.view, thread.acquired);
    join_clock(thread.clock, thread.clock_acquired);
  }
  record(thread, Step::Kind::fence, order, -1, -1, -1, 0);
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
  record(thread, Step::Kind::plain_load, Order::relaxed, number, -1, -1, location.value);
  if (location.writer >= 0 && thread.clock[static_cast<size_t>(location.writer)] < location.written_at)
    fail({"data race: ", thread.name.c_str(), " reads ", location.name, ", which ",
          threads_[static_cast<size_t>(location.writer)]->name.c_str(),
          " has written, with nothing between that orders them"});
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
  record(thread, Step::Kind::plain_store, Order::relaxed, number, -1, -1, value);
  int other = -1;
  if (location.writer >= 0 && thread.clock[static_cast<size_t>(location.writer)] < location.written_at)
    other = location.writer;
  for (size_t i = 0; i < thread_count_; ++i) {
    if (thread.clock[i] < location.read_at[i]) other = static_cast<int>(i);
  }
  if (other >= 0)
    fail({"data race: ", thread.name.c_str(), " writes ", location.name, ", which ",
          threads_[static_cast<size_t>(other)]->name.c_str(),
          " has used, with nothing between that orders them"});
  if (limits_.lang)
    thread.recent.push_back({number, -1, location.value, location.writer, location.written_at});
  location.value = value;
  location.writer = thread.index;
  location.written_at = thread.clock[own];
}

}  // namespace harness::model
