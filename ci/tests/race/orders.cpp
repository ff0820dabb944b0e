// What atomics, fences and wake-ups order: `orders NAME`, and `orders list`.
//
// The writer writes a number and gives, another process does what is between, the reader takes and reads the
// number. Each waits by a relaxed flag, which orders nothing, for who is before it; a reader that is at once
// waits for no flag: its taking waits. Exit status 0 when the number came, whatever was reported.
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

struct alignas(16) Wide {
  uint64_t first;
  uint64_t second;
};

struct Shared {
  std::atomic<int> flag;
  alignas(64) int number;
  alignas(64) std::atomic<uint32_t> word;
  std::atomic<uint32_t> neighbour;  // in one cell of the detector with the word
  alignas(64) uint32_t gate;        // for futex(2), and nobody changes it
  alignas(64) std::atomic<Wide> wide;
  uint64_t beside;
  alignas(64) int later;  // written when the number has been given
  int beside_later;       // in one cell with it
  alignas(64) volatile unsigned char bytes[8];
  alignas(64) pthread_mutex_t mutex;
  pthread_cond_t condition;
  bool is_waiting;  // under the mutex
};

Shared* shared;
volatile uint64_t sink;
void look_at(int64_t value) { sink = static_cast<uint64_t>(value); }

void must(bool is_so) {
  if (is_so) return;
  perror("orders");
  _exit(3);
}

void wait_for_flag(int value) {
  while (shared->flag.load(relaxed) < value) sched_yield();
}

void wait_for_word(std::memory_order order) {
  while (shared->word.load(order) == 0) sched_yield();
}

bool exchange_if(uint32_t expected, uint32_t wanted, std::memory_order order, std::memory_order failing) {
  return shared->word.compare_exchange_strong(expected, wanted, order, failing);
}

// What it returns is used: clang makes a store of an exchange whose result nobody wants.
uint32_t exchange(uint32_t wanted, std::memory_order order) { return shared->word.exchange(wanted, order); }

uint64_t& half(int which) { return reinterpret_cast<uint64_t*>(&shared->wide)[which]; }

// Returns when it has woken the other, who therefore slept.
void wake() {
  while (syscall(SYS_futex, &shared->gate, FUTEX_WAKE, 1, nullptr, nullptr, 0) != 1) sched_yield();
}

void sleep_until_woken() {
  while (syscall(SYS_futex, &shared->gate, FUTEX_WAIT, 0, nullptr, nullptr, 0) != 0) {
  }
}

// Whoever waits at the condition has let the mutex go for the last time before it is woken.
void wait_for_waiter() {
  for (bool is_waiting = false; !is_waiting;) {
    pthread_mutex_lock(&shared->mutex);
    is_waiting = shared->is_waiting;
    pthread_mutex_unlock(&shared->mutex);
  }
}

void wait_at_condition() {
  pthread_mutex_lock(&shared->mutex);
  shared->is_waiting = true;
  while (shared->word.load(relaxed) == 0) pthread_cond_wait(&shared->condition, &shared->mutex);
  pthread_mutex_unlock(&shared->mutex);
}

void signal_condition() {
  shared->word.store(1, relaxed);
  pthread_cond_signal(&shared->condition);
}

void nothing() {}

constexpr bool race = true, silent = false;
constexpr bool at_once = true;

struct Case {
  const char* name;
  bool is_race;
  void (*give)();
  void (*take)();
  bool is_at_once = false;
  void (*between)() = nothing;
  void (*before)() = nothing;  // of the writer
};

const Case cases[] = {
    {"relaxed-store", race, [] { shared->word.store(1, relaxed); }, [] { wait_for_word(acquire); }},
    {"relaxed-load", race, [] { shared->word.store(1, release); }, [] { wait_for_word(relaxed); }},
    {"store-in-one-order", silent, [] { shared->word.store(1, seq_cst); }, [] { wait_for_word(acquire); }},
    {"load-in-one-order", silent, [] { shared->word.store(1, release); }, [] { wait_for_word(seq_cst); }},

    {"polled", silent, [] { shared->word.store(1, release); }, [] { wait_for_word(acquire); }, at_once},
    {"polled-while-relaxed", race, [] { shared->word.store(1, relaxed); }, [] { wait_for_word(acquire); },
     at_once},
    {"neighbour-gives-nothing", race,
     [] { shared->word.store(1, relaxed), shared->neighbour.store(1, release); },
     [] { wait_for_word(acquire); }},
    {"neighbour-takes-nothing-away", silent,
     [] { shared->word.store(1, release), shared->neighbour.store(1, relaxed); },
     [] { look_at(shared->neighbour.load(acquire)), wait_for_word(acquire); }},

    // The number is in order in these, by the word; a later write is hidden by nothing that its writer does.
    {"later-write-and-another-beside", race,
     [] { shared->word.store(1, release), shared->later = 5, shared->beside_later = 6; },
     [] { wait_for_word(acquire), look_at(shared->later); }},
    {"later-write-beside-another", race,
     [] { shared->word.store(1, release), shared->later = 5, shared->beside_later = 6; },
     [] { wait_for_word(acquire), look_at(shared->beside_later); }},
    {"later-bytes-one-by-one", race,
     [] {
       shared->word.store(1, release);
       const volatile int count = 8;  // so that all are written at one place
       for (int i = 0; i < count; ++i) shared->bytes[i] = 5;
     },
     [] { wait_for_word(acquire), look_at(shared->bytes[0]); }},
    {"later-write-and-an-atomic-one", race,
     [] {
       shared->word.store(1, release), shared->later = 5;
       shared->neighbour.store(1, release), __atomic_store_n(&shared->later, 6, __ATOMIC_RELAXED);
     },
     [] { wait_for_word(acquire), look_at(__atomic_load_n(&shared->later, __ATOMIC_RELAXED)); }},
    {"later-write-and-an-atomic-one-at-once", race,
     [] {
       shared->word.store(1, release), __atomic_store_n(&shared->later, 5, __ATOMIC_RELAXED);
       shared->later = 6;
     },
     [] { wait_for_word(acquire), look_at(__atomic_load_n(&shared->later, __ATOMIC_RELAXED)); }},
    {"later-write-and-a-look", race,
     [] {
       shared->word.store(1, release), shared->later = 5;
       shared->neighbour.store(1, release), look_at(shared->later);
     },
     [] { wait_for_word(acquire), look_at(shared->later); }},
    {"later-look-and-a-write", race,
     [] { shared->word.store(1, release), look_at(shared->later), shared->later = 5; },
     [] { wait_for_word(acquire), look_at(shared->later); }},
    {"later-atomic-write", silent,
     [] { shared->word.store(1, release), __atomic_store_n(&shared->later, 5, __ATOMIC_RELAXED); },
     [] { wait_for_word(acquire), look_at(__atomic_load_n(&shared->later, __ATOMIC_RELAXED)); }},

    {"exchange", silent, [] { must(exchange(1, release) == 0); }, [] { must(exchange(2, acquire) == 1); }},
    {"exchange-gives-by-acquire", race, [] { must(exchange(1, acquire) == 0); },
     [] { must(exchange(2, acquire) == 1); }},
    {"exchange-takes-by-release", race, [] { must(exchange(1, release) == 0); },
     [] { must(exchange(2, release) == 1); }},
    {"exchange-gives-relaxed", race, [] { must(exchange(1, relaxed) == 0); },
     [] { must(exchange(2, acquire) == 1); }},
    {"exchange-takes-relaxed", race, [] { must(exchange(1, release) == 0); },
     [] { must(exchange(2, relaxed) == 1); }},

    {"both-orders-give", silent, [] { shared->word.fetch_add(1, acq_rel); }, [] { wait_for_word(acquire); }},
    {"both-orders-take", silent, [] { shared->word.store(1, release); },
     [] { shared->word.fetch_add(1, acq_rel); }},
    {"one-order-gives", silent, [] { shared->word.fetch_add(1, seq_cst); }, [] { wait_for_word(acquire); }},
    {"one-order-takes", silent, [] { shared->word.store(1, release); },
     [] { shared->word.fetch_add(1, seq_cst); }},

    {"exchange-if-takes", silent, [] { shared->word.store(1, release); },
     [] { must(exchange_if(1, 2, acquire, relaxed)); }},
    {"exchange-if-takes-not-by-its-failing-order", race, [] { shared->word.store(1, release); },
     [] { must(exchange_if(1, 2, release, acquire)); }},
    {"failed-exchange-if-takes", silent, [] { shared->word.store(1, release); },
     [] { must(!exchange_if(5, 2, release, acquire)); }},
    {"failed-exchange-if-takes-not-by-its-other-order", race, [] { shared->word.store(1, release); },
     [] { must(!exchange_if(5, 2, acquire, relaxed)); }},
    {"failed-exchange-if-gives-nothing", race, [] { must(!exchange_if(5, 1, release, relaxed)); },
     [] { must(shared->word.load(acquire) == 0); }},

    {"change-by-another-goes-on", silent, [] { shared->word.store(1, release); },
     [] { wait_for_word(acquire); }, false, [] { shared->word.fetch_add(1, relaxed); }},
    {"exchange-by-another-goes-on", silent, [] { shared->word.store(1, release); },
     [] { wait_for_word(acquire); }, false, [] { must(exchange(2, relaxed) == 1); }},
    {"exchange-if-by-another-goes-on", silent, [] { shared->word.store(1, release); },
     [] { wait_for_word(acquire); }, false, [] { must(exchange_if(1, 2, relaxed, relaxed)); }},
    {"store-by-another-breaks-it-off", race, [] { shared->word.store(1, release); },
     [] { wait_for_word(acquire); }, false, [] { shared->word.store(2, relaxed); }},
    {"own-store-breaks-it-off", race, [] { shared->word.store(1, release), shared->word.store(2, relaxed); },
     [] { wait_for_word(acquire); }},

    {"fence-of-both-orders-gives", silent,
     [] { std::atomic_thread_fence(acq_rel), shared->word.store(1, relaxed); },
     [] { wait_for_word(acquire); }, at_once},
    {"fence-of-both-orders-takes", silent, [] { shared->word.store(1, release); },
     [] { wait_for_word(relaxed), std::atomic_thread_fence(acq_rel); }, at_once},
    {"fence-in-one-order-gives", silent,
     [] { std::atomic_thread_fence(seq_cst), shared->word.store(1, relaxed); },
     [] { wait_for_word(acquire); }, at_once},
    {"fence-in-one-order-takes", silent, [] { shared->word.store(1, release); },
     [] { wait_for_word(relaxed), std::atomic_thread_fence(seq_cst); }, at_once},
    {"acquire-fence-gives-nothing", race,
     [] { std::atomic_thread_fence(acquire), shared->word.store(1, relaxed); },
     [] { wait_for_word(acquire); }, at_once},
    {"release-fence-takes-nothing", race, [] { shared->word.store(1, release); },
     [] { wait_for_word(relaxed), std::atomic_thread_fence(release); }, at_once},
    {"fence-behind-the-store", race,
     [] { shared->word.store(1, relaxed), std::atomic_thread_fence(release); },
     [] { wait_for_word(acquire); }, at_once},
    {"fence-before-the-write", race, [] { shared->word.store(1, relaxed); }, [] { wait_for_word(acquire); },
     at_once, nothing, [] { std::atomic_thread_fence(release); }},
    {"fence-before-the-load", race, [] { shared->word.store(1, release); },
     [] { std::atomic_thread_fence(acquire), wait_for_word(relaxed); }, at_once},
    {"fence-for-the-compiler-alone", race,
     [] { std::atomic_signal_fence(seq_cst), shared->word.store(1, relaxed); },
     [] { wait_for_word(acquire); }, at_once},
    {"fences-around-changes", silent,
     [] { std::atomic_thread_fence(release), shared->word.fetch_add(1, relaxed); },
     [] {
       while (shared->word.fetch_add(0, relaxed) == 0) sched_yield();
       std::atomic_thread_fence(acquire);
     },
     at_once},
    {"change-by-another-goes-on-from-a-fence", silent,
     [] { std::atomic_thread_fence(release), shared->word.store(1, relaxed); },
     [] { wait_for_word(acquire); }, false, [] { shared->word.fetch_add(1, relaxed); }},

    {"wake-up-with-the-atomic", silent, [] { shared->word.store(1, release), wake(); },
     [] { sleep_until_woken(), wait_for_word(acquire); }, at_once},
    {"wake-up-alone", race, [] { shared->word.store(1, relaxed), wake(); },
     [] { sleep_until_woken(), wait_for_word(relaxed); }, at_once},

    {"condition-alone", silent, signal_condition, wait_at_condition, at_once, nothing, wait_for_waiter},
    {"condition-before-the-write", race, nothing, [] { wait_at_condition(), wait_for_flag(1); }, at_once,
     nothing, [] { wait_for_waiter(), signal_condition(); }},

    {"wide", silent,
     [] {
       shared->wide.store({1, 1}, release);
     },
     [] { must(shared->wide.load(acquire).second == 1); }},
    {"wide-relaxed", race,
     [] {
       shared->wide.store({1, 1}, relaxed);
     },
     [] { must(shared->wide.load(acquire).second == 1); }},
    {"wide-exchange", silent,
     [] {
       shared->wide.exchange({1, 1}, release);
     },
     [] {
       must(shared->wide.exchange({2, 2}, acquire).second == 1);
     }},
    {"wide-exchange-if", silent,
     [] {
       Wide none{};
       must(shared->wide.compare_exchange_strong(none, {1, 1}, release, relaxed));
     },
     [] {
       Wide one{1, 1};
       must(shared->wide.compare_exchange_strong(one, {2, 2}, acquire, relaxed));
     }},
    // The number is in order in these, by the word.
    {"wide-and-plain-first-half", race,
     [] {
       shared->word.store(1, release), shared->wide.store({1, 1}, relaxed);
     },
     [] { wait_for_word(acquire), look_at(half(0)); }},
    {"wide-and-plain-second-half", race,
     [] {
       shared->word.store(1, release), shared->wide.store({1, 1}, relaxed);
     },
     [] { wait_for_word(acquire), look_at(half(1)); }},
    {"plain-second-half-and-wide", race, [] { shared->word.store(1, release), half(1) = 1; },
     [] { wait_for_word(acquire), look_at(shared->wide.load(acquire).first); }},
    {"wide-and-plain-beside", silent,
     [] {
       shared->word.store(1, release), shared->wide.store({1, 1}, relaxed);
     },
     [] { wait_for_word(acquire), look_at(shared->beside); }},
};

void be_writer(const Case& one) {
  one.before();
  shared->number = 7;
  one.give();
  shared->flag.store(1, relaxed);
  _exit(0);
}

void be_between(const Case& one) {
  wait_for_flag(1);
  one.between();
  shared->flag.store(2, relaxed);
  _exit(0);
}

int be_reader(const Case& one) {
  if (!one.is_at_once) wait_for_flag(2);
  one.take();
  return shared->number == 7 ? 0 : 1;
}

int run(const Case& one) {
  if (fork() == 0) be_writer(one);
  if (fork() == 0) be_between(one);
  const int status = be_reader(one);
  while (wait(nullptr) > 0) {
  }
  return status;
}

void make() {
  shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  must(shared != MAP_FAILED);
  pthread_mutexattr_t of_mutex;
  pthread_mutexattr_init(&of_mutex);
  pthread_mutexattr_setpshared(&of_mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->mutex, &of_mutex);
  pthread_condattr_t of_condition;
  pthread_condattr_init(&of_condition);
  pthread_condattr_setpshared(&of_condition, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&shared->condition, &of_condition);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  make();
  for (const Case& one : cases) {
    if (strcmp(argv[1], "list") == 0) printf("%s %s\n", one.name, one.is_race ? "race" : "silent");
    if (strcmp(argv[1], one.name) == 0) return run(one);
  }
  return strcmp(argv[1], "list") == 0 ? 0 : 64;
}
