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
constexpr uint32_t kPlaceBits = 8;

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
  uint16_t calls[kStackKept];        // their numbers
  uint16_t places[1 << kPlaceBits];  // of accesses, by where they are: their numbers
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

// What this thread does from now on is not ordered by what it has released before.
[[gnu::cold]] void say_no_more_epochs();
inline void advance(Participant& me) {
  uint32_t& epoch = me.clock.at[current.number];
  if (epoch == kMostEpochs) return say_no_more_epochs();
  ++epoch;
}

// The edges that a death makes: to whoever learns of it.
void acquire_process(pid_t pid);
void acquire_thread(uint64_t thread);
void acquire_the_dead();

// --- locks that survive their holder (locks.cpp)

inline uint32_t own_mark() { return current.number + 1; }
[[gnu::cold]] bool take_from_other(uint32_t& lock);

// False when this thread has it already: a signal handler came in between.
inline bool take(uint32_t& lock) {
  uint32_t nobody = 0;
  return __atomic_compare_exchange_n(&lock, &nobody, own_mark(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED) ||
         take_from_other(lock);
}

// It may have been taken away while this thread was stopped, so it is compared and exchanged in one
// instruction. One that a stop cannot divide is enough: it is taken away from who stands still. Were that one
// to go on in the very instant, two would be in one line, and a record might be lost.
inline void let_go(uint32_t& lock) {
  uint32_t mine = own_mark();
#ifdef __x86_64__
  __asm__ volatile("cmpxchgl %2, %1" : "+a"(mine), "+m"(lock) : "r"(0) : "memory", "cc");
#else
  __atomic_compare_exchange_n(&lock, &mine, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
#endif
}

// Bytes of an object of shared memory, as they are in this process.
struct Mapping {
  uint64_t begin;
  uint64_t end;
  uint64_t offset;  // of its begin in the segment
  uint32_t segment;
};

// --- order (order.cpp)

void join(Clock& into, const Clock& from);
void copy(Clock& into, const Clock& from);
bool is_in(const Clock& clock, const Clock& other);  // all that the one knows, the other does

// The thing with this key; nullptr when there is no room for more.
Sync* sync_of(uint64_t key);

// That of the word at this address, which is in the cell.
Sync* find_sync(Cell& cell, const Mapping& mapping, uint64_t address);
inline Sync* hinted_sync(const Cell& cell, uint64_t address) {
  const uint32_t hint = __atomic_load_n(&cell.sync, __ATOMIC_RELAXED);
  return SyncHint::is_of(hint, address % kCellBytes) ? &shadow->syncs[SyncHint::number(hint)] : nullptr;
}
inline Sync* sync_in(Cell& cell, const Mapping& mapping, uint64_t address) {
  Sync* sync = hinted_sync(cell, address);
  return sync != nullptr ? sync : find_sync(cell, mapping, address);
}

// What an atomic's write publishes is changed around the write, under the lock of its cell: begin_change,
// raise to what is published, the write, and lower to it where what was published before is no more.
void begin_change(Sync& sync);
void raise(Sync& sync, const Clock& to);
void lower(Sync& sync, const Clock& to);
void end_change(Sync& sync);

// Everything that this thread did before is ordered before what others do after they acquire the same key.
void release(uint64_t key);
void acquire(uint64_t key);
void set_owner(uint64_t key, uint32_t owner);
uint32_t owner_of(uint64_t key);

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
uint64_t key_in(const Mapping& mapping, uint64_t address, uint64_t kind);

// --- memory (segments.cpp)

// The bounds of all that is mapped shared: most accesses are known by these not to be of interest.
extern uint64_t lowest, highest;

inline bool may_be_shared(uint64_t address) { return address - lowest < highest - lowest; }

// Of this process, which a forked child has as well. Threads that only look take no lock: an entry is whole
// before its end is set.
constexpr uint32_t kMappings = 512;
extern Mapping mappings[kMappings];
extern uint32_t mapping_count;

const Mapping* mapping_behind_first(uint64_t address);
inline const Mapping* mapping_of(uint64_t address) {
  if (!may_be_shared(address)) return nullptr;
  if (address >= mappings[0].begin && address < mappings[0].end) return &mappings[0];
  return mapping_behind_first(address);
}

inline uint64_t offset_of(const Mapping& mapping, uint64_t address) {
  return mapping.offset + (address - mapping.begin);
}
inline uint64_t page_key(const Mapping& mapping, uint64_t address) {
  return (uint64_t{mapping.segment} + 1) << 44 | offset_of(mapping, address) / kPageBytes;
}
inline uint64_t cell_number(const Mapping& mapping, uint64_t address) {
  return offset_of(mapping, address) % kPageBytes / kCellBytes;
}

// The cell of the byte; nullptr when there is no room for more.
[[gnu::cold]] Cell* cell_in_other_page(const Mapping& mapping, uint64_t address);
inline Cell* cell_of(const Mapping& mapping, uint64_t address) {
  if (current.page_key != page_key(mapping, address)) return cell_in_other_page(mapping, address);
  return &current.page->cells[cell_number(mapping, address)];
}

// --- calls (calls.cpp)

// A call by the address behind it and the number of the one in which it was made; 0: none, or no room. Where
// the stack is deeper than is kept, nobody knows the innermost.
constexpr uint32_t kNumberBits = 16;
inline uint64_t call_word(uint64_t at, uint32_t around) { return at << kNumberBits | around; }
uint32_t number_of(uint64_t word);
uint32_t number_calls();
inline uint32_t calls_under_way() {
  const uint32_t depth = current.depth;
  if (depth - 1 >= kStackKept) return 0;
  return current.numbered >= depth ? current.calls[depth - 1] : number_calls();
}

// An access by the address behind it is numbered as a call is that is made there.
inline uint32_t place_of(uint64_t at) {
  const uint64_t word = call_word(at, calls_under_way());
  uint16_t& known = current.places[at * 0x9E3779B97F4A7C15 >> (64 - kPlaceBits)];
  if (__atomic_load_n(&shadow->calls[known], __ATOMIC_RELAXED) != word)
    known = static_cast<uint16_t>(number_of(word));
  return known;
}
uint64_t address_of_call(uint32_t number);
uint32_t call_around(uint32_t number);

// --- accesses (cells.cpp)

void access(uint64_t address, size_t size, bool is_write, uint64_t at);  // that is not atomic

// Whether this thread has done the same since the last time that anybody was ordered after it.
inline bool is_known(const Cell& cell, Access now) {
#pragma GCC unroll 5
  for (const uint64_t& record : cell.records) {
    const uint64_t word = __atomic_load_n(&record, __ATOMIC_RELAXED);
    if (word == 0) return false;
    if (Access(word).tells(now)) return true;
  }
  return false;
}
void check_cell(Cell& cell, const Mapping& mapping, uint64_t address, Access now);

// --- reports (report.cpp)

[[gnu::cold, gnu::noinline]] void report(const Mapping& mapping, uint64_t address, Access now, Access before);
void say_full(uint32_t what, const char* text);

// Where this process's code lies, for those who report what it did.
void note_modules(Participant& participant);

}  // namespace race

#define RACE_API extern "C" __attribute__((visibility("default"), used))
#define RACE_CALLER reinterpret_cast<uint64_t>(__builtin_return_address(0))
