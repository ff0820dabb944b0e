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

constexpr uint32_t kLayout = 3;
constexpr uint32_t kParticipants = 128;  // threads of all processes together
constexpr uint32_t kModules = 8;         // executables and libraries of a process whose code is told apart
constexpr uint32_t kSegments = 256;      // objects of shared memory
constexpr uint32_t kSyncs = 1 << 16;     // things that order: atomics, locks, queues
constexpr uint32_t kPages = 1 << 14;     // pages of shared memory that were accessed
constexpr uint32_t kReports = 1 << 10;
constexpr uint32_t kCalls = 1 << 16;  // and places of accesses in them: a number has 16 bits
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

// One thing by which participants are ordered.
struct alignas(64) Sync {
  uint64_t key;      // 0: free
  uint32_t lock;     // who changes it: participant + 1
  uint32_t version;  // odd while an atomic and its clock are changed
  uint32_t owner;    // of a lock: participant + 1
  Clock clock;
};

constexpr uint32_t kRecords = 5;  // of a cell

// Eight bytes of shared memory, and what participants did to some of them: one line of the processor's cache.
struct alignas(64) Cell {
  uint32_t lock;               // participant + 1; see lock_of
  uint32_t sync;               // of the atomic that was used last; see SyncHint
  uint64_t records[kRecords];  // see Access; 0: none, and none behind it
};

struct Page {
  Cell cells[kPageBytes / kCellBytes];
};

// Cells of one line of the processor's cache have one lock, that of the first: a range is written under few.
constexpr size_t kLineBytes = 64;
inline uint32_t& lock_of(Cell& cell) {
  constexpr uintptr_t kCellsBytes = sizeof(Cell) * kLineBytes / kCellBytes;
  return reinterpret_cast<Cell*>(reinterpret_cast<uintptr_t>(&cell) / kCellsBytes * kCellsBytes)->lock;
}

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

// What a cell keeps of an access: who did it at which epoch, to which of its bytes, how, and where. One word,
// as several of them are looked at for each access that is watched.
class Access {
 public:
  constexpr explicit Access(uint64_t word) : word_(word) {}
  // Nowhere and to no byte yet.
  constexpr Access(uint32_t epoch, uint32_t participant, bool is_write, bool is_atomic)
      : word_(uint64_t{epoch} << 33 | uint64_t{participant} << 10 | (is_write ? kWrite : 0) |
              (is_atomic ? 0 : kPlain)) {}

  constexpr uint64_t word() const { return word_; }
  constexpr uint32_t epoch() const { return static_cast<uint32_t>(word_ >> 33); }
  constexpr uint32_t place() const { return static_cast<uint32_t>(word_ >> 17) & 0xFFFF; }
  constexpr uint32_t participant() const { return static_cast<uint32_t>(word_ >> 10) & 0x7F; }
  constexpr int byte_count() const { return __builtin_popcountll(word_ & kBytes); }
  constexpr bool is_write() const { return (word_ & kWrite) != 0; }
  constexpr bool is_atomic() const { return (word_ & kPlain) == 0; }

  // Also to these bytes: as many, from this one on.
  constexpr Access to(uint64_t first, uint64_t bytes) const {
    return Access(word_ | ((uint64_t{1} << bytes) - 1) << (2 + first));
  }
  constexpr Access also_to_bytes_of(Access other) const { return Access(word_ | (other.word_ & kBytes)); }
  constexpr Access at_place(uint32_t place) const { return Access(word_ | uint64_t{place} << 17); }

  constexpr bool has_bytes_of(Access other) const { return (word_ & other.word_ & kBytes) != 0; }
  constexpr bool has_all_bytes_of(Access other) const { return (other.word_ & ~word_ & kBytes) == 0; }
  constexpr bool is_by_whom(Access other) const { return ((word_ ^ other.word_) & kWho) == 0; }
  constexpr bool is_same_but_bytes(Access other) const { return ((word_ ^ other.word_) & ~kBytes) == 0; }

  // Whether whoever is in a race with the other is in one with this too, if it is by the same: it has all of
  // the other's bytes, writes if the other does, and is atomic only if the other is.
  constexpr bool covers(Access other) const {
    return (other.word_ & ~word_ & (kBytes | kWrite | kPlain)) == 0;
  }
  // By the same at the same epoch, and it covers the other.
  constexpr bool tells(Access other) const {
    return (((word_ ^ other.word_) & (kEpoch | kWho)) |
            (other.word_ & ~word_ & (kBytes | kWrite | kPlain))) == 0;
  }
  constexpr bool is_conflict(Access other) const {
    return !is_by_whom(other) && has_bytes_of(other) && ((word_ | other.word_) & kWrite) != 0 &&
           ((word_ | other.word_) & kPlain) != 0;
  }

 private:
  static constexpr uint64_t kPlain = 1, kWrite = 2, kBytes = 0xFF << 2, kWho = 0x7F << 10,
                            kEpoch = ~uint64_t{0} << 33;
  uint64_t word_;
};
static_assert(kParticipants <= 0x80 && kCalls <= 0x10000);

constexpr uint32_t kMostEpochs = 0x7FFFFFFF;

// What a cell remembers of the thing that orders at one of its bytes, so that it need not be looked for: its
// number + 1, and the byte. 0: nothing.
struct SyncHint {
  static constexpr uint32_t of(uint32_t number, uint64_t byte) {
    return (number + 1) * kCellBytes + static_cast<uint32_t>(byte);
  }
  static constexpr bool is_of(uint32_t hint, uint64_t byte) { return hint != 0 && hint % kCellBytes == byte; }
  static constexpr uint32_t number(uint32_t hint) { return hint / kCellBytes - 1; }
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
