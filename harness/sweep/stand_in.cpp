#include "sweep/stand_in.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstring>

namespace harness {
namespace {

constexpr size_t kPageBytes = 4096;
constexpr size_t kMostWords = 64;
constexpr size_t kStack = 16384;

enum Answer : uint32_t { kBorn = 0, kReady, kNoMemory };

void wait_while(std::atomic<uint32_t>& word, uint32_t value) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT, value, nullptr, nullptr, 0);
}

void wake(std::atomic<uint32_t>& word) { ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0); }

}  // namespace

// What the two processes share.
struct StandIns::Orders {
  std::atomic<uint32_t> wanted;  // deaths asked for
  std::atomic<uint32_t> done;
  std::atomic<uint32_t> answer;
  uint64_t head_address;
  RobustHead head;
  uint32_t victim;
  uint32_t word_count;
  uint64_t words[kMostWords];
};

namespace {

struct Death {
  uint64_t head_address;
  uint32_t victim;
  uint32_t word_count;
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
  const auto own = static_cast<uint32_t>(::syscall(SYS_gettid));
  for (uint32_t i = 0; i < death.word_count; ++i) {
    auto* word = reinterpret_cast<uint32_t*>(death.words[i]);
    if ((*word & FUTEX_TID_MASK) == death.victim)
      *word = (*word & ~static_cast<uint32_t>(FUTEX_TID_MASK)) | own;
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
[[noreturn]] void StandIns::serve(Orders& orders, const Arena& arena, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const bool is_mapped = map_as_the_victim(arena, orders.head_address);
  orders.answer.store(is_mapped ? kReady : kNoMemory);
  wake(orders.answer);
  if (!is_mapped) ::_exit(0);
  alignas(16) static char stack[kStack];
  constexpr int kThread =
      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_VFORK;
  for (uint32_t done = 0;; ++done) {
    while (orders.wanted.load(std::memory_order_acquire) == done) wait_while(orders.wanted, done);
    std::memcpy(reinterpret_cast<void*>(orders.head_address), &orders.head, sizeof orders.head);
    Death death{orders.head_address, orders.victim, orders.word_count, orders.words};
    if (::clone(live_and_die, stack + sizeof stack, kThread, &death) < 0) ::_exit(2);
    orders.done.store(done + 1, std::memory_order_release);
    wake(orders.done);
  }
}

Result<std::unique_ptr<StandIns>> StandIns::start(const Arena& arena, uint64_t robust_head) {
  void* memory = ::mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return system_error("mmap");
  std::unique_ptr<StandIns> stand_ins(new StandIns);
  stand_ins->orders_ = static_cast<Orders*>(memory);
  static_assert(sizeof(Orders) <= kPageBytes);
  Orders& orders = *stand_ins->orders_;
  orders.head_address = robust_head;
  const pid_t self = ::getpid();
  stand_ins->process_ = ::fork();
  if (stand_ins->process_ < 0) return system_error("fork");
  if (stand_ins->process_ == 0) serve(orders, arena, self);
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
  if (orders_ != nullptr) ::munmap(orders_, kPageBytes);
}

Status StandIns::die(const RobustHead& head, const std::vector<uint64_t>& words, pid_t victim) {
  if (words.size() > kMostWords)
    return unavailable("its list has " + std::to_string(words.size()) + " locks; a stand-in takes at most " +
                       std::to_string(kMostWords));
  orders_->head = head;
  orders_->victim = static_cast<uint32_t>(victim);
  orders_->word_count = static_cast<uint32_t>(words.size());
  std::memcpy(orders_->words, words.data(), words.size() * sizeof(uint64_t));
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
  return done();
}

}  // namespace harness
