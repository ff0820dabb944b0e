// How a thread dies, and what it may then not have written.
#include <algorithm>
#include <set>

#include "model/engine.h"

namespace harness::model {

void Engine::may_crash() {
  if (crashes_left_ == 0 || !inside() || me().fate == Fate::lives || choose(2) == 0) return;
  --crashes_left_;
  crash(me());
  give_way();
}

// Others learn of it through the kernel, so that they then see all that was done.
void Engine::crash(Thread& thread) {
  if (limits_.lang) drop_recent(thread);
  ++thread.clock[static_cast<size_t>(thread.index)];
  for (const int robust : thread.held) {
    const int last = locations_[static_cast<size_t>(robust)].order.back();
    read(thread, last, Order::relaxed);
    write(thread, robust, 2, Order::release, messages_[static_cast<size_t>(last)].position, last);
  }
  tell_end(thread, Step::Kind::crash, kDead);
  thread.state = Thread::State::dead;
}

void Engine::tell_end(Thread& thread, Step::Kind kind, uint64_t how) {
  ++thread.clock[static_cast<size_t>(thread.index)];
  const auto& life = locations_[static_cast<size_t>(thread.life)].order;
  const int made = write(thread, thread.life, how, Order::release, static_cast<int>(life.size()) - 1, -1);
  record(thread, kind, Order::release, thread.life, -1, made, how);
}

// Any of the writes since the last one that orders: a compiler may have put them off.
void Engine::drop_recent(Thread& thread) {
  std::set<int> kept;
  for (size_t i = thread.recent.size(); i-- > 0;) {
    const Recent& recent = thread.recent[i];
    if (kept.contains(recent.location)) continue;
    Location& location = locations_[static_cast<size_t>(recent.location)];
    const bool is_seen = recent.message >= 0 && (messages_[static_cast<size_t>(recent.message)].was_read);
    if (is_seen || choose(2) == 0) {
      kept.insert(recent.location);
      continue;
    }
    record(thread, Step::Kind::dropped, Order::relaxed, recent.location, -1, -1, 0);
    if (recent.message < 0) {
      location.value = recent.before;
      location.writer = recent.writer;
      location.written_at = recent.written_at;
      continue;
    }
    const auto at = std::find(location.order.begin(), location.order.end(), recent.message);
    const int16_t before = *(at - 1);
    location.order.erase(at);
    for (size_t k = 0; k < location.order.size(); ++k)
      messages_[static_cast<size_t>(location.order[k])].position = static_cast<int16_t>(k);
    thread.view[static_cast<size_t>(recent.location)] = before;
    Step& step = steps_[static_cast<size_t>(messages_[static_cast<size_t>(recent.message)].step)];
    step.written = -1;
  }
}

}  // namespace harness::model
