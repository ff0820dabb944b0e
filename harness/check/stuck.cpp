#include "check/stuck.h"

#include <fmt/format.h>

#include <algorithm>

#include "check/life.h"
#include "core/kernel_names.h"

namespace harness {
namespace {

constexpr size_t kTold = 6;  // threads named in a sentence; the evidence names them all

// The owner's thread id in a futex word of glibc and the kernel: FUTEX_TID_MASK of linux/futex.h.
constexpr int64_t kOwnerMask = 0x3fffffff;

// A futex waiter that no timeout will end.
bool is_futex_sleeper(const Event& blocked) {
  return blocked.data.value("wait", "") == "futex" && !blocked.data.value("timed", false) &&
         blocked.data.contains("futex");
}

const nlohmann::json& futex_of(const Event& event) { return event.data.at("futex"); }

std::string place_of(const nlohmann::json& futex) {
  return fmt::format("{}+{}", futex.value("object", "?"), futex.value("offset", int64_t{0}));
}

bool is_same_futex(const nlohmann::json& a, const nlohmann::json& b) {
  return a.contains("object") && a.contains("offset") && b.contains("object") && b.contains("offset") &&
         a.at("object") == b.at("object") && a.at("offset") == b.at("offset");
}

// Who holds the lock, unless `explained` has said so; "" when nobody does.
std::string describe_owner(const nlohmann::json& futex, const std::string& explained) {
  const int64_t owner = futex.value("owner_tid", int64_t{0});
  if (owner == 0 || explained.find(fmt::format("thread {}", owner)) != std::string::npos) return "";
  const std::string role = futex.value("owner_role", "");
  return fmt::format(" (held by {}, thread {}, {})", role.empty() ? "no role of this case" : role, owner,
                     futex.value("owner_alive", false) ? "alive" : "dead");
}

// A child of a role that is not traced is known by its number alone.
std::string who_of(const Event& blocked) {
  if (blocked.role.empty()) return fmt::format("process {}", blocked.pid);
  return blocked.data.value("child", false)
             ? fmt::format("a child of {} (process {})", blocked.role, blocked.pid)
             : blocked.role;
}

std::string describe_blocked(const Event& blocked) {
  const std::string explained = blocked.data.value("explained", "");
  const std::string who = who_of(blocked);
  std::string text = blocked.name.empty() ? who : fmt::format("{} in {}", who, blocked.name);
  if (!explained.empty()) text += " " + explained;
  if (blocked.data.contains("futex")) text += describe_owner(futex_of(blocked), explained);
  return text;
}

std::string describe_why(const Event& why) {
  if (why.kind == EventKind::deadlock) return "deadlock, nobody left can wake anybody";
  if (why.kind == EventKind::busy) {
    return fmt::format(
        "{} goes round and round: {} calls in a row, mostly {}, came to nothing while nobody else ran",
        why.role, why.data.value("in_vain", 0), why.name);
  }
  return fmt::format("not over after {} ms", why.data.value("after_ms", 0));
}

// A robust mutex whose word says that nobody owns it, and yet somebody sleeps on it.
bool sleeps_on_free_mutex(const Event& blocked) {
  const nlohmann::json& futex = futex_of(blocked);
  return futex.value("mutex", "") == "robust" && futex.contains("word") &&
         (futex.at("word").get<int64_t>() & kOwnerMask) == 0;
}

// The call that the victim of a fault had come back from: at the exit of a futex call that one, at an
// instruction the last one of the region. What it came to stands beside the futex or in it.
const nlohmann::json* call_before(const Event& fault) {
  if (fault.data.value("at", "") == "syscall:futex/exit") return &fault.data;
  const auto last = fault.data.find("last_call");
  return last != fault.data.end() && last->contains("result") ? &*last : nullptr;
}

// True for the kill of a victim whose FUTEX_WAIT there had returned because it was woken. One that came back
// with an error (EAGAIN, EINTR) had used up no wake-up. That it had not taken the lock since is shown by the
// lock: it would say that its owner died.
bool is_kill_of_woken(const Event& fault, const nlohmann::json& futex) {
  if (fault.kind != EventKind::fault || signal_sent(fault) != kSigkill) return false;
  const nlohmann::json* const call = call_before(fault);
  if (call == nullptr || !call->contains("futex")) return false;
  const nlohmann::json& waited = call->at("futex");
  return is_same_futex(waited, futex) && waited.value("operation", "").starts_with("wait") &&
         waited.value("result", call->value("result", 0)) == 0;
}

// "syscall:futex/exit", "insn:lock.wanted..lock.held#58 (robust+0x1234)".
std::string place_of_kill(const Event& fault) {
  std::string text = fault.data.value("at", "");
  if (fault.data.contains("last_call")) text += fmt::format("#{}", fault.data.value("nth", 0));
  if (fault.data.contains("code")) text += " (" + fault.data.value("code", "") + ")";
  return text;
}

const Event* kill_of_woken(const History& history, const Event& sleeper) {
  const auto found = std::find_if(history.begin(), history.end(), [&](const Event& event) {
    return is_kill_of_woken(event, futex_of(sleeper));
  });
  return found == history.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Stuck> stuck_at(const History& history) {
  Stuck stuck;
  for (const Event& event : history) {
    const bool is_end = event.kind == EventKind::deadlock || event.kind == EventKind::deadline ||
                        event.kind == EventKind::busy;
    if (is_end && !stuck.why) stuck.why = &event;
    if (event.kind == EventKind::blocked) stuck.blocked.push_back(&event);
  }
  if (!stuck.why) return std::nullopt;
  return stuck;
}

std::string describe(const Stuck& stuck) {
  std::string text = describe_why(*stuck.why);
  if (stuck.blocked.empty()) return text + "; who was blocked is not recorded";
  for (size_t i = 0; i < std::min(stuck.blocked.size(), kTold); ++i) {
    text += (i == 0 ? ": " : "; ") + describe_blocked(*stuck.blocked[i]);
  }
  if (stuck.blocked.size() > kTold)
    text += fmt::format("; and {} more threads", stuck.blocked.size() - kTold);
  return text;
}

std::vector<int> evidence(const Stuck& stuck) {
  std::vector<int> events = {stuck.why->index};
  for (const Event* blocked : stuck.blocked) events.push_back(blocked->index);
  return events;
}

std::optional<Defect> lost_wakeup(const History& history, const Stuck& stuck) {
  Defect defect{.name = "MX-22"};
  const Event* sleeper = nullptr;
  const Event* killed = nullptr;
  for (const Event* blocked : stuck.blocked) {
    if (!is_futex_sleeper(*blocked)) continue;
    killed = sleeps_on_free_mutex(*blocked) ? kill_of_woken(history, *blocked) : nullptr;
    if (!killed) return std::nullopt;
    sleeper = blocked;
    defect.events.insert(defect.events.end(), {killed->index, blocked->index});
  }
  if (!sleeper || stuck.why->kind != EventKind::deadlock) return std::nullopt;
  defect.message = fmt::format(
      "lost wake-up: {} sleeps on the robust mutex at {} although nobody owns it (word {:#x}); the wake-up "
      "had gone to "
      "{}, which was killed at {} before it took the lock; glibc wakes nobody in its place",
      sleeper->role, place_of(futex_of(*sleeper)), futex_of(*sleeper).at("word").get<int64_t>(), killed->role,
      place_of_kill(*killed));
  defect.events.push_back(stuck.why->index);
  std::sort(defect.events.begin(), defect.events.end());
  defect.events.erase(std::unique(defect.events.begin(), defect.events.end()), defect.events.end());
  return defect;
}

}  // namespace harness
