// Allocation: a program allocates while signals come whose handler takes a note in its own way. Both keep
// what they have got, fill it, and compare at the end.
#pragma once

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "handling.h"

namespace signals {

constexpr size_t kSmall = 40;    // from the thread's own cache (mallopt(3))
constexpr size_t kLarge = 2048;  // from the arena, which has a lock once there are two threads

inline size_t size_of_note = kSmall;
inline char* note_of_handler = nullptr;
inline char note_in_place[64];

inline void allocate_note(int) {
  note_of_handler = static_cast<char*>(malloc(size_of_note));
  memset(note_of_handler, 'h', size_of_note);
}

inline void write_note(int) {
  note_of_handler = note_in_place;
  memset(note_in_place, 'h', sizeof note_in_place);
}

inline bool is_filled_with(const char* text, char letter) {
  for (size_t i = 0; text != nullptr && i < sizeof note_in_place && i < size_of_note; ++i) {
    if (text[i] != letter) return false;
  }
  return true;
}

// Two pieces are kept ready of each size, so that the allocator takes its shortest way.
inline int allocate_and_compare(void (*handler)(int), size_t size) {
  size_of_note = size;
  void* ready[2] = {malloc(size), malloc(size)};
  for (void* piece : ready) free(piece);
  handle(SIGUSR1, handler);
  HARNESS_PROBE("allocation.begin");
  char* const own = static_cast<char*>(malloc(size));
  HARNESS_PROBE("allocation.end");
  memset(own, 'o', size);
  const bool is_whole =
      own != note_of_handler && is_filled_with(note_of_handler, 'h') && is_filled_with(own, 'o');
  return is_whole ? 0 : 1;
}

inline void* wait_for_ever(void*) {
  for (;;) pause();
}

// glibc takes its locks only when a second thread has ever been started.
inline void start_second_thread() {
  pthread_t thread;
  pthread_create(&thread, nullptr, wait_for_ever, nullptr);
}

}  // namespace signals
