// One number that is handed over in shared memory: what a race detector sees of it.
//
//     PROGRAM pair
//
// A writer fills a slot and publishes it by a flag, a reader waits for the flag and takes the slot, as in
// every ring of this folder. The two are threads that share one mapping, threads with a mapping each of the
// same memory, or processes. Told: "taken", what the reader found in the slot. Exit status: 0 done, 2 no
// memory. The hand-over itself is a template over its atomics: harness/model goes through all its executions.
#pragma once

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>

#include "atomics.h"
#include "probe/probe.h"

namespace mapped_pair {

using shm_ring::sleep_on;

constexpr int64_t kNumber = 7;

template <class Atomics>
struct Slot {
  typename Atomics::Word is_published;
  typename Atomics::template Plain<int64_t> number;  // no atomic: the flag alone keeps the two apart
};

// Relaxed accesses that fences put in order: one before the flag is set, one after it was seen.
template <bool kBeforePublish, bool kAfterLook, class Atomics = shm_ring::StandardAtomics>
struct Fenced : shm_ring::Relaxed<Atomics> {
  static void before_publish() {
    if (kBeforePublish) Atomics::fence(std::memory_order_release);
  }
  static void after_look() {
    if (kAfterLook) Atomics::fence(std::memory_order_acquire);
  }
};

template <class Atomics>
void write(Slot<Atomics>& slot) {
  slot.number = kNumber;
  HARNESS_PROBE("number.written");
  if constexpr (requires { Atomics::before_publish(); }) Atomics::before_publish();
  slot.is_published.store(1, Atomics::kPublish);
}

template <class Atomics>
int64_t take(Slot<Atomics>& slot) {
  while (slot.is_published.load(Atomics::kSubscribe) == 0) sleep_on(slot.is_published, 0, true);
  if constexpr (requires { Atomics::after_look(); }) Atomics::after_look();
  const int64_t taken = slot.number;
  harness_observe("taken", 1, &taken);
  return taken;
}

template <class Atomics>
Slot<Atomics>* map(int fd) {
  void* memory = mmap(nullptr, sizeof(Slot<Atomics>), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<Slot<Atomics>*>(memory);
}

template <class Atomics>
void* write_in_thread(void* slot) {
  write(*static_cast<Slot<Atomics>*>(slot));
  return nullptr;
}

template <class Atomics>
int run_threads(Slot<Atomics>& writers, Slot<Atomics>& readers) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, write_in_thread<Atomics>, &writers) != 0) return 2;
  take(readers);
  pthread_join(thread, nullptr);
  return 0;
}

template <class Atomics>
int run_processes(Slot<Atomics>& slot) {
  const pid_t writer = fork();
  if (writer < 0) return 2;
  if (writer == 0) {
    write(slot);
    _exit(0);
  }
  take(slot);
  waitpid(writer, nullptr, 0);
  return 0;
}

enum class Between { threads, threads_with_two_mappings, processes };

// main() of every variant.
template <class Atomics>
int run(Between between, int argc, char** argv) {
  if (argc != 2 || strcmp(argv[1], "pair") != 0) return 2;
  const int fd = memfd_create("pair", MFD_CLOEXEC);
  if (fd < 0 || ftruncate(fd, sizeof(Slot<Atomics>)) != 0) return 2;
  Slot<Atomics>* first = map<Atomics>(fd);
  Slot<Atomics>* second = between == Between::threads_with_two_mappings ? map<Atomics>(fd) : first;
  if (first == nullptr || second == nullptr) return 2;
  return between == Between::processes ? run_processes(*first) : run_threads(*first, *second);
}

}  // namespace mapped_pair
