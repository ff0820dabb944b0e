// Shadow: the memory in which the race detector keeps what every process of a case did, shared by all of
// them. Internal to harness/probe/race.
//
// One sparse file, found by the environment variable HARNESS_RACE and mapped MAP_SHARED by each process: so
// what a process did before its SIGKILL is still there. All zero is its right state at birth. Whatever is
// looked up lies where its key hashes to, so that nobody can die between allocating something and saying
// where it is. Nothing here is an address: addresses differ from process to process.
#pragma once

#include <cstddef>
#include <cstdint>

namespace race {

constexpr uint32_t kLayout = 2;
constexpr uint32_t kParticipants = 128;  // threads of all processes together
constexpr uint32_t kModules = 8;         // executables and libraries of a process whose code is told apart
constexpr uint32_t kSegments = 256;      // objects of shared memory
constexpr uint32_t kSyncs = 1 << 16;     // things that order: atomics, locks, queues
constexpr uint32_t kPages = 1 << 14;     // pages of shared memory that were accessed
constexpr uint32_t kReports = 1 << 10;
constexpr uint32_t kCalls = 1 << 16;  // under way where memory was accessed: a number has 16 bits
constexpr size_t kPageBytes = 4096;   // of the memory that is watched, whatever the machine's pages are
constexpr size_t kCellBytes = 8;

// How far each participant's doings are known: a participant's own entry is its epoch.
struct Clock {
  uint32_t at[kParticipants];
};

struct Module {
  uint64_t begin;  // where it is loaded in its process
  uint64_t end;
  uint64_t bias;  // what is added to the addresses in its file
  char path[232];
};

enum class State : uint32_t { free = 0, living, ended };

// One thread of one process.
struct Participant {
  State state;
  int32_t pid;
  int32_t tid;
  uint32_t process;  // the participant whose modules are this one's too
  uint64_t thread;   // pthread_self(3)
  uint32_t has_fence_release;
  uint32_t has_pending;
  char name[32];
  Clock clock;
  Clock fence_release;  // what its relaxed stores publish since its last release fence
  Clock pending;        // what its next acquire fence brings, from relaxed loads
  uint32_t module_count;
  Module modules[kModules];
};

// One thing by which participants are ordered. Two clocks, so that one is whole at any time.
struct Sync {
  uint64_t key;      // 0: free
  uint32_t lock;     // who changes it: participant + 1
  uint32_t writing;  // not 0 after its writer died: then both clocks are joined
  uint32_t active;
  uint32_t owner;  // of a lock: participant + 1
  Clock clocks[2];
};

// What one participant did to some of a cell's bytes.
struct Record {
  uint64_t what;   // see Access; 0: none. Written last
  uint64_t at;     // the instruction behind it, in its process
  uint64_t calls;  // that were under way: the number of the innermost (calls.cpp)
};

// Eight bytes of shared memory.
struct Cell {
  uint32_t lock;  // participant + 1
  uint32_t unused;
  Record records[5];
};

struct Page {
  Cell cells[kPageBytes / kCellBytes];
};

enum class Kind : uint32_t { none = 0, file, system_v, anonymous };

struct Segment {
  Kind kind;
  uint64_t device;
  uint64_t number;  // inode, shmid, or a count
  char name[104];
};

struct Shadow {
  uint32_t layout;
  uint32_t generation;         // of the case; 0 before anyone has come
  uint32_t participant_count;  // slots that were ever used
  uint32_t report_count;
  uint32_t segments_lock;
  uint32_t participants_lock;
  uint64_t anonymous_count;
  uint32_t is_full;  // something had no room any more: what was said
  Participant participants[kParticipants];
  Segment segments[kSegments];
  uint64_t reports[kReports];
  uint64_t calls[kCalls];
  uint64_t page_keys[kPages];
  Sync syncs[kSyncs];
  alignas(4096) Page pages[kPages];
};

// A record's first word.
struct Access {
  uint32_t epoch;
  uint32_t participant;
  uint8_t mask;  // which bytes of the cell
  bool is_write;
  bool is_atomic;

  uint64_t word() const {
    return uint64_t{epoch} << 32 | uint64_t{participant} << 16 | uint64_t{mask} << 8 |
           uint64_t{is_write} << 2 | uint64_t{is_atomic} << 1 | 1;
  }
  static Access of(uint64_t word) {
    return {.epoch = static_cast<uint32_t>(word >> 32),
            .participant = static_cast<uint32_t>(word >> 16) & 0xFFFF,
            .mask = static_cast<uint8_t>(word >> 8),
            .is_write = (word >> 2 & 1) != 0,
            .is_atomic = (word >> 1 & 1) != 0};
  }
};

inline uint64_t mixed(uint64_t value) {
  value ^= value >> 31;
  value *= 0x7fb5d329728ea185;
  value ^= value >> 27;
  value *= 0x81dadef4bc2dd44d;
  return value ^ value >> 33;
}

inline uint64_t mixed(uint64_t kind, uint64_t first, uint64_t second) {
  return mixed(mixed(mixed(kind + 1) ^ first) + second) | 1;
}

}  // namespace race
