// A ring of bytes in shared memory, one for each direction, with three ways to wait: spinning, by futex(2)
// and by eventfd(2). The sides make the system call that wakes only when the other one says that it sleeps.
#include <linux/futex.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>

#include "base/result.h"
#include "bench/mechanism.h"
#include "bench/shared_pages.h"
#include "os/fd.h"

namespace harness {
namespace {

constexpr size_t kCapacity = 1 << 20;

// How one side sleeps: the word is 1 from before it looks for the last time until somebody takes it back.
struct Bell {
  alignas(64) std::atomic<uint32_t> sleeps{0};
};

struct Ring {
  alignas(64) std::atomic<uint64_t> head{0};  // bytes ever put in
  alignas(64) std::atomic<uint64_t> tail{0};  // bytes ever taken out
  Bell has_bytes;
  Bell has_room;
  alignas(64) std::array<unsigned char, kCapacity> bytes;
};

struct Rings {
  std::array<Ring, 2> to;  // near, far
};

void copy_in(Ring& ring, uint64_t at, const unsigned char* bytes, size_t count) {
  const size_t start = at % kCapacity;
  const size_t first = std::min(count, kCapacity - start);
  std::memcpy(ring.bytes.data() + start, bytes, first);
  std::memcpy(ring.bytes.data(), bytes + first, count - first);
}

void copy_out(const Ring& ring, uint64_t at, unsigned char* bytes, size_t count) {
  const size_t start = at % kCapacity;
  const size_t first = std::min(count, kCapacity - start);
  std::memcpy(bytes, ring.bytes.data() + start, first);
  std::memcpy(bytes + first, ring.bytes.data(), count - first);
}

struct Spinning {
  static Result<Spinning> make() { return Spinning(); }

  bool wait_to_move(const std::atomic<uint64_t>& index, uint64_t seen, Bell&, Side, bool) {
    constexpr int kTries = 1000;  // then the other side may need this processor
    for (int tries = 0; index.load(std::memory_order_acquire) == seen; ++tries) {
      if (tries >= kTries) ::sched_yield();
    }
    return true;
  }
  bool moved(Bell&, Side, bool) { return true; }
};

// Waits for the bell after it has said so and looked again; `wait_for_ring` is how.
template <class Wait>
bool sleep_until_moved(const std::atomic<uint64_t>& index, uint64_t seen, Bell& bell, Wait wait_for_ring) {
  while (index.load(std::memory_order_acquire) == seen) {
    bell.sleeps.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const bool is_still = index.load(std::memory_order_acquire) == seen;
    // Who finds the word taken back is being woken, and has to take that as well.
    if (!is_still && bell.sleeps.exchange(0) == 1) return true;
    if (!wait_for_ring()) return false;
  }
  return true;
}

bool is_to_be_woken(Bell& bell) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return bell.sleeps.load(std::memory_order_relaxed) == 1 && bell.sleeps.exchange(0) == 1;
}

struct ByFutex {
  static Result<ByFutex> make() { return ByFutex(); }

  bool wait_to_move(const std::atomic<uint64_t>& index, uint64_t seen, Bell& bell, Side, bool) {
    return sleep_until_moved(index, seen, bell, [&bell] {
      ::syscall(SYS_futex, &bell.sleeps, FUTEX_WAIT, 1, nullptr, nullptr, 0);
      return true;
    });
  }
  bool moved(Bell& bell, Side, bool) {
    if (is_to_be_woken(bell)) ::syscall(SYS_futex, &bell.sleeps, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    return true;
  }
};

struct ByEventfd {
  static Result<ByEventfd> make() {
    ByEventfd waiting;
    for (Fd& counter : waiting.counters) {
      counter = Fd(::eventfd(0, EFD_CLOEXEC));
      if (!counter.is_open()) return system_error("eventfd");
    }
    return waiting;
  }

  bool wait_to_move(const std::atomic<uint64_t>& index, uint64_t seen, Bell& bell, Side ring,
                    bool for_bytes) {
    return sleep_until_moved(index, seen, bell, [&, this] {
      uint64_t count = 0;
      return ::read(counter_of(ring, for_bytes), &count, sizeof(count)) == sizeof(count);
    });
  }
  bool moved(Bell& bell, Side ring, bool has_bytes) {
    const uint64_t one = 1;
    return !is_to_be_woken(bell) || ::write(counter_of(ring, has_bytes), &one, sizeof(one)) == sizeof(one);
  }
  int counter_of(Side ring, bool for_bytes) const {
    return counters.at(static_cast<size_t>(ring) * 2 + (for_bytes ? 1 : 0)).get();
  }

  std::array<Fd, 4> counters;
};

template <class Waiting>
class RingChannel : public Channel {
 public:
  explicit RingChannel(Waiting waiting) : waiting_(std::move(waiting)) {}

  bool send(Side side, unsigned char* bytes, size_t count) override {
    const Side to = side == Side::near ? Side::far : Side::near;
    Ring& ring = rings_->to.at(static_cast<size_t>(to));
    const uint64_t head = ring.head.load(std::memory_order_relaxed);
    for (;;) {
      const uint64_t tail = ring.tail.load(std::memory_order_acquire);
      if (kCapacity - (head - tail) >= count) break;
      if (!waiting_.wait_to_move(ring.tail, tail, ring.has_room, to, false)) return false;
    }
    copy_in(ring, head, bytes, count);
    ring.head.store(head + count, std::memory_order_release);
    return waiting_.moved(ring.has_bytes, to, true);
  }

  bool receive(Side side, unsigned char* bytes, size_t count) override {
    Ring& ring = rings_->to.at(static_cast<size_t>(side));
    const uint64_t tail = ring.tail.load(std::memory_order_relaxed);
    for (;;) {
      const uint64_t head = ring.head.load(std::memory_order_acquire);
      if (head - tail >= count) break;
      if (!waiting_.wait_to_move(ring.head, head, ring.has_bytes, side, true)) return false;
    }
    copy_out(ring, tail, bytes, count);
    ring.tail.store(tail + count, std::memory_order_release);
    return waiting_.moved(ring.has_room, side, false);
  }

 private:
  Shared<Rings> rings_;
  Waiting waiting_;
};

template <class Waiting>
class RingMechanism : public Mechanism {
 public:
  explicit RingMechanism(std::string_view id) : id_(id) {}
  std::string_view id() const override { return id_; }
  size_t largest_message() const override { return 65536; }
  int copies() const override { return 2; }  // into the ring, and out of it
  CostClaim claim() const override { return {28000, 0.5}; }
  Result<std::unique_ptr<Channel>> open() const override {
    ASSIGN_OR_RETURN(Waiting waiting, Waiting::make());
    return {std::make_unique<RingChannel<Waiting>>(std::move(waiting))};
  }

 private:
  std::string_view id_;
};

const Registration<Mechanism> spinning{std::make_unique<RingMechanism<Spinning>>("shm-ring-spin")};
const Registration<Mechanism> by_futex{std::make_unique<RingMechanism<ByFutex>>("shm-ring-futex")};
const Registration<Mechanism> by_eventfd{std::make_unique<RingMechanism<ByEventfd>>("shm-ring-eventfd")};

}  // namespace
}  // namespace harness
