// What the parts of the race detector have of each other. Internal to harness/probe/race.
//
// It is linked into the program that it watches, so it uses nothing but the C library's system calls, never
// allocates, and is itself compiled without instrumentation.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "probe/race/shadow.h"

namespace race {

// --- who (participants.cpp)

constexpr uint32_t kStackKept = 128;

extern Shadow* shadow;    // nullptr: nobody asked
extern bool is_begun;     // main has: what the C library and constructors do before it is not watched
extern bool has_threads;  // more than one in this process, or there were

// This thread, while it is registered in the generation of the case.
struct Thread {
  Participant* self;
  uint32_t number;
  uint32_t generation;
  uint32_t depth;     // of the stack, which may be more than is kept
  bool is_inside;     // of the runtime's own work, where nothing is watched
  uint64_t page_key;  // of the page that was looked up last, in this generation
  Page* page;
  uint32_t numbered;  // how many of the calls have their number
  uint64_t stack[kStackKept];
  uint16_t calls[kStackKept];  // their numbers
};
extern __thread Thread current;

// This thread as a participant; registers it when it is new. nullptr when nothing is watched.
Participant* self_slow();
inline Participant* self() {
  if (shadow == nullptr || !is_begun || current.is_inside) return nullptr;
  if (current.self != nullptr && current.generation == shadow->generation) return current.self;
  return self_slow();
}

// What a new thread or process begins with: its maker's clock at that time.
struct Birth {
  Clock clock;
  bool is_known;
};
void note_birth(Birth& birth);
void begin_from(const Birth& birth, bool is_new_process);
void end_thread();

// Whether the participant can do nothing any more: its thread has ended, or is about to in the kernel.
bool is_dead(const Participant& other);

// Whether it is stopped, by a signal or a tracer: nobody knows for how long.
bool is_stopped(const Participant& other);

// The edges that a death makes: to whoever learns of it.
void acquire_process(pid_t pid);
void acquire_thread(uint64_t thread);
void acquire_the_dead();

// --- locks that survive their holder (locks.cpp)

// False when this thread has it already: a signal handler came in between.
bool take(uint32_t& lock);
void let_go(uint32_t& lock);

// --- order (order.cpp)

void join(Clock& into, const Clock& from);
void copy(Clock& into, const Clock& from);

// The thing with this key; nullptr when there is no room for more.
Sync* sync_of(uint64_t key);
const Clock& clock_of(Sync& sync);          // under its lock, or that of the cell
void replace(Sync& sync, const Clock& by);  // the same
void finish_replace(Sync& sync);

// Everything that this thread did before is ordered before what others do after they acquire the same key.
void release(uint64_t key);
void acquire(uint64_t key);
void set_owner(uint64_t key, uint32_t owner);
uint32_t owner_of(uint64_t key);
inline uint32_t own_mark() { return current.number + 1; }

// Holders that are not told apart. What is held so is let go by the kernel when its holder dies.
constexpr uint32_t kSeveral = 0xFFFF;
void acquire_from_dead_owner(uint64_t key);

// Takes over a lock whose holder the kernel has told to be dead: from all dead, and from who held it last,
// who may be on its way to another program (execve(2)) and not be dead at all.
void inherit(uint64_t key);

enum KeyKind : uint64_t {
  kWord = 1,
  kReaders,
  kNamedSemaphore,
  kDescriptor,
  kSockets,
  kSystemVSemaphore,
  kSystemVQueue,
  kSignal,
  kFileLock,
  kCondition
};

// The key of an object at this address, the same in all processes where it lies in shared memory.
uint64_t key_of(const volatile void* address, uint64_t kind = kWord);

// --- memory (segments.cpp)

struct Mapping {
  uint64_t begin;
  uint64_t end;
  uint64_t offset;  // of its begin in the segment
  uint32_t segment;
};

// The bounds of all that is mapped shared: most accesses are known by these not to be of interest.
extern uint64_t lowest, highest;

inline bool may_be_shared(uint64_t address) { return address - lowest < highest - lowest; }
const Mapping* mapping_of(uint64_t address);

// The cell of the byte; nullptr when there is no room for more.
Cell* cell_of(const Mapping& mapping, uint64_t address);

// --- calls (calls.cpp)

// A call by the address behind it and the number of the one in which it was made; 0: none, or no room.
uint32_t calls_under_way();
uint64_t address_of_call(uint32_t number);
uint32_t call_around(uint32_t number);

// --- accesses (cells.cpp)

struct Place {
  uint64_t at;
  uint32_t calls;
};

void access(uint64_t address, size_t size, bool is_write, bool is_atomic, uint64_t at);
void check_cell(Cell& cell, const Mapping& mapping, uint64_t address, Access now, Place place);

// --- reports (report.cpp)

void report(const Mapping& mapping, uint64_t address, Access now, Place place, Access before,
            Place before_place);
void say_full(uint32_t what, const char* text);

// Where this process's code lies, for those who report what it did.
void note_modules(Participant& participant);

}  // namespace race

#define RACE_API extern "C" __attribute__((visibility("default"), used))
#define RACE_CALLER reinterpret_cast<uint64_t>(__builtin_return_address(0))
