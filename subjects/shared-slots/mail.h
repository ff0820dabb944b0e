// Mail: the keeper makes a segment of slots and takes them; the writer fills them and tells; the keeper reads
// each and gives it back. A spare slot stays taken.
#pragma once

#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "probe/probe.h"
#include "probe/slots.h"

namespace shared_slots {

constexpr size_t kMessages = 3;
constexpr size_t kSpare = kMessages + 1;
constexpr size_t kSlots = kSpare + 1;
constexpr size_t kBytes = 68;  // no multiple of eight

// In slot 0.
struct Control {
  sem_t written;
  sem_t read;
};
static_assert(sizeof(Control) <= kBytes);

inline char letter_of(size_t message) { return static_cast<char>('a' + message); }

inline bool is_whole(const char* message, char letter) {
  for (size_t i = 0; i < kBytes; ++i) {
    if (message[i] != letter) return false;
  }
  return true;
}

inline int keep(const char* name) {
  const int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
  harness_slots slots{};
  if (fd < 0 || harness_slots_make(&slots, fd, "mail", kSlots, kBytes) != 0) return 2;
  auto* const control = static_cast<Control*>(harness_slot_take(&slots, 0));
  sem_init(&control->written, 1, 0);
  sem_init(&control->read, 1, 0);
  for (size_t i = 1; i < kSlots; ++i) harness_slot_take(&slots, i);
  HARNESS_PROBE("slots.made");
  bool is_good = true;
  for (size_t i = 1; i <= kMessages; ++i) {
    sem_wait(&control->written);
    is_good = is_good && is_whole(static_cast<char*>(harness_slot(&slots, i)), letter_of(i));
    harness_slot_give_back(&slots, i);
    sem_post(&control->read);
  }
  shm_unlink(name);
  harness_slots_detach(&slots);
  return is_good ? 0 : 1;
}

// Variant: what the writer does before it writes, and after all is read.
struct Right {
  static bool prepare(harness_slots&, int) { return true; }
  static void after_all(harness_slots&) {}
};

template <typename Variant>
int write_all(const char* name) {
  const int fd = shm_open(name, O_RDWR, 0);
  harness_slots slots{};
  if (fd < 0 || harness_slots_attach(&slots, fd, "mail", kSlots, kBytes) != 0) return 2;
  if (!Variant::prepare(slots, fd)) return 0;
  auto* const control = static_cast<Control*>(harness_slot(&slots, 0));
  for (size_t i = 1; i <= kMessages; ++i) {
    memset(harness_slot(&slots, i), letter_of(i), kBytes);
    sem_post(&control->written);
  }
  for (size_t i = 1; i <= kMessages; ++i) sem_wait(&control->read);
  Variant::after_all(slots);
  harness_slots_detach(&slots);
  return 0;
}

template <typename Variant>
int run(int argc, char** argv) {
  const std::string role = argc == 3 ? argv[1] : "";
  if (role == "keeper") return keep(argv[2]);
  if (role == "writer") return write_all<Variant>(argv[2]);
  fprintf(stderr, "usage: %s keeper|writer NAME\n", argv[0]);
  return 2;
}

}  // namespace shared_slots
