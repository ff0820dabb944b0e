// A ring between two processes that have the memory at different addresses: `ring ORDER ITEMS [SLOTS]`.
//
// ORDER: release (right), relaxed, fences (right), no-release-fence, no-acquire-fence, relaxed-give-back (the
// consumer gives slots back by a relaxed store). Exit status 0 when all items came, whatever was reported.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr uint32_t kMostSlots = 1024;
uint32_t slot_count = 64;

struct Ring {
  alignas(64) std::atomic<uint32_t> head;
  alignas(64) std::atomic<uint32_t> tail;
  struct {
    uint64_t number;
    unsigned char bytes[24];
  } slots[kMostSlots];
};

struct Orders {
  std::memory_order publish = std::memory_order_release;
  std::memory_order look = std::memory_order_acquire;
  std::memory_order give_back = std::memory_order_release;
  bool has_release_fence = false;
  bool has_acquire_fence = false;
};

Orders orders_of(const std::string& name) {
  Orders orders;
  if (name == "release") return orders;
  if (name == "relaxed-give-back") orders.give_back = std::memory_order_relaxed;
  if (name == "relaxed-give-back") return orders;
  orders.publish = orders.look = std::memory_order_relaxed;
  orders.has_release_fence = name == "fences" || name == "no-acquire-fence";
  orders.has_acquire_fence = name == "fences" || name == "no-release-fence";
  return orders;
}

// Beside something else, so that no two processes have it at one address.
Ring* map(int fd, size_t beside) {
  mmap(nullptr, beside, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return static_cast<Ring*>(mmap(nullptr, sizeof(Ring), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
}

void produce(Ring& ring, uint32_t items, const Orders& orders) {
  for (uint32_t item = 0; item < items; ++item) {
    while (item - ring.tail.load(std::memory_order_acquire) == slot_count) sched_yield();
    auto& slot = ring.slots[item % slot_count];
    slot.number = item;
    memset(slot.bytes, static_cast<int>(item), sizeof slot.bytes);
    if (orders.has_release_fence) std::atomic_thread_fence(std::memory_order_release);
    ring.head.store(item + 1, orders.publish);
  }
}

uint32_t consume(Ring& ring, uint32_t items, const Orders& orders) {
  uint32_t wrong = 0;
  for (uint32_t item = 0; item < items; ++item) {
    while (ring.head.load(orders.look) == item) sched_yield();
    if (orders.has_acquire_fence) std::atomic_thread_fence(std::memory_order_acquire);
    unsigned char bytes[sizeof ring.slots[0].bytes];
    memcpy(bytes, ring.slots[item % slot_count].bytes, sizeof bytes);
    wrong += ring.slots[item % slot_count].number != item || bytes[0] != static_cast<unsigned char>(item);
    ring.tail.store(item + 1, orders.give_back);
  }
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 64;
  if (argc == 4) slot_count = static_cast<uint32_t>(atoi(argv[3]));
  if (slot_count == 0 || slot_count > kMostSlots) return 64;
  const Orders orders = orders_of(argv[1]);
  const auto items = static_cast<uint32_t>(atoi(argv[2]));
  const int fd = memfd_create("ring", MFD_CLOEXEC);
  if (fd < 0 || ftruncate(fd, sizeof(Ring)) != 0) return 2;
  const pid_t producer = fork();
  if (producer == 0) {
    produce(*map(fd, 1 << 20), items, orders);
    _exit(0);
  }
  const uint32_t wrong = consume(*map(fd, 3 << 20), items, orders);
  waitpid(producer, nullptr, 0);
  return wrong == 0 ? 0 : 1;
}
