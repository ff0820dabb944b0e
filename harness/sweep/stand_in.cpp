#include "sweep/stand_in.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace harness {
namespace {

constexpr size_t kPageBytes = 4096;
constexpr size_t kMostWords = 64;
constexpr size_t kStack = 16384;
constexpr size_t kMostSlots = 256;
constexpr size_t kMostSnapshots = 4 << 20;  // bytes

enum Answer : uint32_t { kBorn = 0, kReady, kNoMemory, kTooManyLocks };

void wait_while(std::atomic<uint32_t>& word, uint32_t value) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT, value, nullptr, nullptr, 0);
}

void wake(std::atomic<uint32_t>& word) { ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0); }

}  // namespace

// What the two processes share.
struct StandIns::Orders {
  std::atomic<uint32_t> wanted;  // batches asked for
  std::atomic<uint32_t> done;
  std::atomic<uint32_t> answer;
  uint32_t count;  // of deaths in the batch
  uint64_t head_address;
};

struct StandIns::Slot {
  RobustHead head;
  uint32_t victim;
};

namespace {

struct Death {
  uint64_t head_address;
  uint32_t own;  // the thread's id, which the kernel writes here before it runs
  uint32_t victim;
  size_t word_count;
  const uint64_t* words;
};

// The whole life of a stand-in. It shares its maker's thread-local memory, so it calls nothing that has any.
#if defined(__clang__)
__attribute__((no_sanitize("address", "thread", "undefined")))
#else
__attribute__((no_sanitize_address, no_sanitize_thread, no_sanitize_undefined))
#endif
int live_and_die(void* argument) {
  const auto& death = *static_cast<const Death*>(argument);
  for (size_t i = 0; i < death.word_count; ++i) {
    auto* word = reinterpret_cast<uint32_t*>(death.words[i]);
    if ((*word & FUTEX_TID_MASK) == death.victim)
      *word = (*word & ~static_cast<uint32_t>(FUTEX_TID_MASK)) | death.own;
  }
  ::syscall(SYS_set_robust_list, death.head_address, sizeof(robust_list_head));
  ::syscall(SYS_exit, 0);
  return 0;
}

bool map_at(uint64_t address, size_t size, int flags, int file, uint64_t offset) {
  void* wanted = reinterpret_cast<void*>(address);
  void* memory = ::mmap(wanted, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, file,
                        static_cast<off_t>(offset));
  return memory == wanted;
}

bool map_as_the_victim(const Arena& arena, uint64_t head_address) {
  for (const Segment& segment : arena.segments()) {
    if (!map_at(segment.address, segment.size, MAP_SHARED | MAP_POPULATE, arena.descriptor(), segment.offset))
      return false;
  }
  const uint64_t first = head_address & ~(kPageBytes - 1);
  const uint64_t last = (head_address + sizeof(RobustHead) - 1) & ~(kPageBytes - 1);
  return map_at(first, last - first + kPageBytes, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

}  // namespace

// CLONE_VFORK: the maker goes on when the kernel has let go of the dead thread's memory, which is after it
// has looked at its robust list (exit_mm_release, kernel/fork.c).
bool StandIns::die_one(size_t index, const Arena& arena, const std::vector<Lock>& locks) const {
  alignas(16) static char stack[kStack];
  constexpr int kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                          CLONE_VFORK | CLONE_PARENT_SETTID;
  const Slot& order = slot(index);
  std::memcpy(arena.bytes().data(), snapshot(index), arena_size_);
  std::memcpy(reinterpret_cast<void*>(orders_->head_address), &order.head, sizeof order.head);
  const std::vector<uint64_t> words = listed_words(order.head, orders_->head_address, arena).addresses;
  if (words.size() > kMostWords) {
    orders_->answer.store(kTooManyLocks);
    return false;
  }
  Death death{.head_address = orders_->head_address,
              .own = 0,
              .victim = order.victim,
              .word_count = words.size(),
              .words = words.data()};
  if (::clone(live_and_die, stack + sizeof stack, kThread, &death, &death.own) < 0) ::_exit(2);
  const Findings found = try_locks(locks, arena, static_cast<pid_t>(order.victim));
  std::transform(found.begin(), found.end(), outcomes(index),
                 [](Outcome outcome) { return static_cast<uint8_t>(outcome); });
  return true;
}

[[noreturn]] void StandIns::serve(const Arena& arena, const std::vector<Lock>& locks, pid_t parent) const {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const bool is_mapped = map_as_the_victim(arena, orders_->head_address);
  orders_->answer.store(is_mapped ? kReady : kNoMemory);
  wake(orders_->answer);
  if (!is_mapped) ::_exit(0);
  for (uint32_t done = 0;; ++done) {
    while (orders_->wanted.load(std::memory_order_acquire) == done) wait_while(orders_->wanted, done);
    for (size_t i = 0; i < orders_->count && die_one(i, arena, locks);) ++i;
    orders_->done.store(done + 1, std::memory_order_release);
    wake(orders_->done);
  }
}

StandIns::Slot& StandIns::slot(size_t index) const { return reinterpret_cast<Slot*>(orders_ + 1)[index]; }

std::byte* StandIns::snapshot(size_t index) const {
  return reinterpret_cast<std::byte*>(&slot(capacity_)) + index * arena_size_;
}

uint8_t* StandIns::outcomes(size_t index) const {
  return reinterpret_cast<uint8_t*>(snapshot(capacity_)) + index * lock_count_;
}

Status StandIns::share_memory(const Arena& arena, size_t locks) {
  arena_size_ = arena.bytes().size();
  lock_count_ = locks;
  capacity_ = std::clamp<size_t>(kMostSnapshots / arena_size_, 1, kMostSlots);
  size_ = sizeof(Orders) + capacity_ * (sizeof(Slot) + arena_size_ + lock_count_);
  void* memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return system_error("mmap");
  static_assert(sizeof(Orders) % alignof(Slot) == 0);
  orders_ = static_cast<Orders*>(memory);
  return done();
}

Result<std::unique_ptr<StandIns>> StandIns::start(const Arena& arena, uint64_t robust_head,
                                                  std::vector<Lock> locks) {
  std::unique_ptr<StandIns> stand_ins(new StandIns);
  TRY(stand_ins->share_memory(arena, locks.size()));
  Orders& orders = *stand_ins->orders_;
  orders.head_address = robust_head;
  const pid_t self = ::getpid();
  stand_ins->process_ = ::fork();
  if (stand_ins->process_ < 0) return system_error("fork");
  if (stand_ins->process_ == 0) stand_ins->serve(arena, locks, self);
  while (orders.answer.load() == kBorn) wait_while(orders.answer, kBorn);
  if (orders.answer.load() != kReady) return unavailable("the program's addresses are taken in the harness");
  return stand_ins;
}

StandIns::~StandIns() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (orders_ != nullptr) ::munmap(orders_, size_);
}

void StandIns::add(std::span<const std::byte> shared, const RobustHead& head, pid_t victim) {
  CHECK(!is_full() && shared.size() == arena_size_);
  slot(added_) = {head, static_cast<uint32_t>(victim)};
  std::memcpy(snapshot(added_), shared.data(), shared.size());
  ++added_;
}

Result<std::vector<Findings>> StandIns::die() {
  const size_t count = std::exchange(added_, 0);
  if (count == 0) return std::vector<Findings>();
  orders_->count = static_cast<uint32_t>(count);
  const uint32_t wanted = orders_->wanted.load() + 1;
  orders_->wanted.store(wanted, std::memory_order_release);
  wake(orders_->wanted);
  for (uint32_t so_far = 0; (so_far = orders_->done.load(std::memory_order_acquire)) != wanted;) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0) {
      process_ = -1;
      return internal_error("the process of the stand-ins ended");
    }
    wait_while(orders_->done, so_far);
  }
  if (orders_->answer.load() == kTooManyLocks)
    return unavailable("its list has more locks than a stand-in takes, which is " +
                       std::to_string(kMostWords));
  std::vector<Findings> found(count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t lock = 0; lock < lock_count_; ++lock)
      found[i].push_back(static_cast<Outcome>(outcomes(i)[lock]));
  }
  return found;
}

}  // namespace harness
