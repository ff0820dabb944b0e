// What a thread waits for, and when it waits in vain.
#include "model/engine.h"

namespace harness::model {

bool Engine::accepts(const Pending& pending, const Message& message) const {
  switch (pending.kind) {
    case Pending::Kind::load:
      return true;
    case Pending::Kind::await:
      return (*pending.wanted)(message.value);
    case Pending::Kind::lock:
      return (message.value & 1) == 0 && message.read_by_change < 0;
    case Pending::Kind::change:
      return message.read_by_change < 0 || !pending.change->takes(message.value, pending.change->a);
  }
  return false;
}

void Engine::options_of(const Thread& thread, std::vector<int16_t>& options) const {
  options.clear();
  const Pending& pending = thread.pending;
  const auto& order = locations_[static_cast<size_t>(pending.location)].order;
  const int16_t oldest = thread.view[static_cast<size_t>(pending.location)];
  for (size_t i = order.size(); i-- > 0;) {
    const Message& message = messages_[static_cast<size_t>(order[i])];
    if (order[i] >= thread.asleep_from && accepts(pending, message)) options.push_back(order[i]);
    if (order[i] == oldest) break;
  }
  for (size_t i = 0; i < thread_count_ && pending.looks_after_others; ++i) {
    const int16_t death = unseen_death(thread, *threads_[i]);
    if (death >= 0 && death >= thread.asleep_from) options.push_back(death);
  }
}

// The message that tells of it, or -1. A thread dies once, and then nothing of it is newer.
int16_t Engine::unseen_death(const Thread& thread, const Thread& other) const {
  if (other.state != Thread::State::dead) return -1;
  const int16_t last = locations_[static_cast<size_t>(other.life)].order.back();
  return thread.view[static_cast<size_t>(other.life)] == last ? static_cast<int16_t>(-1) : last;
}

// Sooner or later a thread sees what stands last; so what it waits for in vain there it waits for in vain.
bool Engine::is_stuck(const Thread& thread) const {
  if (thread.pending.kind != Pending::Kind::await && thread.pending.kind != Pending::Kind::lock) return false;
  for (size_t i = 0; i < thread_count_ && thread.pending.looks_after_others; ++i) {
    if (unseen_death(thread, *threads_[i]) >= 0) return false;
  }
  const int16_t last = locations_[static_cast<size_t>(thread.pending.location)].order.back();
  return !accepts(thread.pending, messages_[static_cast<size_t>(last)]);
}

// Time passes only when nothing else can happen: then all that sleep for a while wake at once, and by then
// each write has reached everybody. Who has woken so before, and nobody has written since, would only sleep
// again.
bool Engine::wake_the_patient() {
  bool has_woken = false;
  for (size_t i = 0; i < thread_count_; ++i) {
    Thread& thread = *threads_[i];
    if (thread.state != Thread::State::reading || !thread.pending.looks_after_others) continue;
    if (thread.woken_at == messages_.size()) continue;
    thread.woken_at = messages_.size();
    for (size_t place = 0; place < location_count_; ++place) {
      if (!locations_[place].is_plain) thread.view[place] = locations_[place].order.back();
    }
    thread.state = Thread::State::ready;
    thread.asleep_from = 0;
    has_woken = true;
  }
  return has_woken;
}

uint64_t Engine::await(int location, const std::function<bool(uint64_t)>& wanted, Order order) {
  Thread& thread = me();
  thread.pending = {.kind = Pending::Kind::await, .location = location, .order = order, .wanted = &wanted};
  wait_for_turn();
  return thread.pending.seen;
}

void Engine::sleep_while(int location, const std::function<bool(uint64_t)>& changed) {
  Thread& thread = me();
  thread.pending = {.kind = Pending::Kind::await,
                    .location = location,
                    .order = Order::relaxed,
                    .wanted = &changed,
                    .looks_after_others = true};
  wait_for_turn();
}

uint64_t Engine::lock(int location) {
  Thread& thread = me();
  may_crash();
  thread.pending = {.kind = Pending::Kind::lock, .location = location, .order = Order::acquire};
  wait_for_turn();
  return thread.pending.seen;
}

void Engine::unlock(int location, uint64_t state) {
  may_crash();
  unlock_in_kernel(location, state);
}

void Engine::unlock_in_kernel(int location, uint64_t state) {
  Thread& thread = me();
  const int last = locations_[static_cast<size_t>(location)].order.back();
  ++thread.clock[static_cast<size_t>(thread.index)];
  read(thread, last, Order::relaxed);
  order_writes(thread);
  const int made =
      write(thread, location, state, Order::release, messages_[static_cast<size_t>(last)].position, last);
  record(thread, Step::Kind::rmw, Order::release, location, last, made, state);
}

}  // namespace harness::model
