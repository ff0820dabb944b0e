// Who takes part: the threads of all processes, from their first doing that is watched to their end, and the
// order that births and deaths make.
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "probe/race/real.h"
#include "probe/race/runtime.h"

// Says in the program file that it can do this (os/program.h).
__asm__(".pushsection harness_modes,\"a\",%progbits\n\t.asciz \"race\"\n\t.popsection");

namespace race {

Shadow* shadow;
bool is_begun = false;
__thread Thread current __attribute__((tls_model("initial-exec")));

namespace {

constexpr uint32_t kExiting = 4;  // PF_EXITING of the kernel, in the flags of proc_pid_stat(5)

pid_t own_tid() { return static_cast<pid_t>(real::syscall(SYS_gettid)); }
pid_t own_pid() { return static_cast<pid_t>(real::syscall(SYS_getpid)); }

struct ThreadState {
  char state = 'X';  // the letter of proc_pid_stat(5)
  bool is_exiting = true;
};

// What a small file says, without calls of the kinds that programs make: a fault may be due at one of theirs,
// and count them. Where these are not known (qemu-user) or forbidden (a container's filter), by the others.
ssize_t text_of(const char* path, char* text, size_t size) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC;
  long fd = real::syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (fd < 0 && errno != ENOENT) fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  iovec part{text, size};
  long count = real::syscall(SYS_preadv2, fd, &part, 1L, 0L, 0L, 0L);
  if (count < 0) count = real::read(static_cast<int>(fd), text, size);
  if (real::syscall(SYS_close_range, fd, fd, 0) != 0) real::close(static_cast<int>(fd));
  return count;
}

// From /proc/PID/task/TID/stat behind the name in brackets; as of one that is gone, where there is none.
ThreadState state_of(const Participant& other) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/stat", other.pid, other.tid);
  const int saved_errno = errno;
  char text[512];
  const ssize_t count = text_of(path, text, sizeof text - 1);
  text[count > 0 ? count : 0] = '\0';
  ThreadState found;
  unsigned flags = kExiting;
  const char* behind = strrchr(text, ')');
  if (count > 0 && behind != nullptr &&
      sscanf(behind, ") %c %*d %*d %*d %*d %*d %u", &found.state, &flags) == 2)
    found.is_exiting = (flags & kExiting) != 0;
  if (count <= 0 && real::syscall(SYS_tgkill, other.pid, other.tid, 0) == 0) found = {'R', false};
  errno = saved_errno;
  return found;
}

void set_state(Participant& who, State state) { __atomic_store(&who.state, &state, __ATOMIC_RELEASE); }

bool has_ended(const Participant& other) {
  State state;
  __atomic_load(&other.state, &state, __ATOMIC_ACQUIRE);
  return state == State::ended;
}

uint32_t free_slot() {
  for (uint32_t i = 0; i < kParticipants; ++i) {
    if (shadow->participants[i].state == State::free) return i;
  }
  for (uint32_t i = 0; i < kParticipants; ++i) {
    const Participant& other = shadow->participants[i];
    if (other.state == State::ended || is_dead(other)) return i;
  }
  return kParticipants;
}

// A slot that had another goes on in its epochs: nothing is made up, and races between the two are not seen.
void fill(Participant& slot, uint32_t number, pid_t pid) {
  slot.pid = pid;
  slot.tid = own_tid();
  slot.thread = pthread_self();
  slot.process = number;
  slot.has_fence_release = 0;
  slot.has_pending = 0;
  if (slot.clock.at[number] < kMostEpochs) ++slot.clock.at[number];
  snprintf(slot.name, sizeof slot.name, "%s", program_invocation_short_name);
  set_state(slot, State::living);
}

// Several threads of one process, and several processes, may come at once.
Participant* enroll() {
  const pid_t pid = own_pid();
  const uint32_t mine = static_cast<uint32_t>(own_tid());
  uint32_t nobody = 0;
  for (int turn = 1; !__atomic_compare_exchange_n(&shadow->participants_lock, &nobody, mine, false,
                                                  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
       ++turn) {
    if (turn % 1000 == 0 && real::syscall(SYS_tkill, nobody, 0) != 0)
      __atomic_compare_exchange_n(&shadow->participants_lock, &nobody, 0, false, __ATOMIC_RELAXED,
                                  __ATOMIC_RELAXED);
    nobody = 0;
    real::syscall(SYS_sched_yield);
  }
  const uint32_t number = free_slot();
  Participant* slot = number == kParticipants ? nullptr : &shadow->participants[number];
  if (slot != nullptr) {
    if (number >= shadow->participant_count)
      __atomic_store_n(&shadow->participant_count, number + 1, __ATOMIC_SEQ_CST);
    fill(*slot, number, pid);
    current.number = number;
    current.self = slot;
  }
  __atomic_store_n(&shadow->participants_lock, 0, __ATOMIC_RELEASE);
  return slot;
}

// The process's other participant, or itself when it is the first.
void find_process(Participant& me) {
  for (uint32_t i = 0; i < shadow->participant_count; ++i) {
    const Participant& other = shadow->participants[i];
    if (other.pid != me.pid || other.process != i || &other == &me || other.state != State::living) continue;
    if (is_dead(other)) continue;
    me.process = i;
    return;
  }
  note_modules(me);
}

// Who made this thread is not known: it was executed, or made by a library. Whatever happened before in its
// process, or its parent, or to those who have ended, is then taken to be before it.
void begin_from_surroundings(Participant& me) {
  const pid_t parent = static_cast<pid_t>(real::syscall(SYS_getppid));
  for (uint32_t i = 0; i < shadow->participant_count; ++i) {
    Participant& other = shadow->participants[i];
    if (&other == &me || other.state == State::free) continue;
    if (other.pid == me.pid || other.pid == parent || is_dead(other)) join(me.clock, other.clock);
  }
}

Participant* enlist(const Birth* birth) {
  current.is_inside = true;
  const int saved_errno = errno;
  current.self = nullptr;
  current.page_key = 0;
  current.numbered = 0;
  current.generation = shadow->generation;
  Participant* me = enroll();
  if (me == nullptr) {
    say_full(2, "more threads than there is room for");
    errno = saved_errno;
    return nullptr;  // and stays inside, unwatched
  }
  if (birth != nullptr && birth->is_known) join(me->clock, birth->clock);
  if (birth == nullptr || !birth->is_known) begin_from_surroundings(*me);
  find_process(*me);
  errno = saved_errno;
  current.is_inside = false;
  return me;
}

// The file is made by the harness, or by the first process of a user's own program.
void attach(const char* path) {
  const int fd = ::open(path, O_RDWR | O_CLOEXEC | O_CREAT, 0600);
  if (fd < 0) return;
  struct stat status;
  const bool is_sized = fstat(fd, &status) == 0 && (static_cast<size_t>(status.st_size) >= sizeof(Shadow) ||
                                                    ftruncate(fd, sizeof(Shadow)) == 0);
  void* memory = is_sized ? real::mmap(nullptr, sizeof(Shadow), PROT_READ | PROT_WRITE,
                                       MAP_SHARED | MAP_NORESERVE, fd, 0)
                          : MAP_FAILED;
  real::close(fd);
  if (memory == MAP_FAILED) return;
  madvise(memory, sizeof(Shadow),
          MADV_RANDOM);  // else what is read ahead of the sparse file is more than is used
  shadow = static_cast<Shadow*>(memory);
  uint32_t none = 0;
  __atomic_compare_exchange_n(&shadow->generation, &none, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

__attribute__((constructor(101))) void begin() {
  const char* path = getenv("HARNESS_RACE");
  if (path == nullptr || path[0] == '\0') return;
  const int saved_errno = errno;
  attach(path);
  is_begun = getenv("HARNESS_JOURNAL") == nullptr;
  errno = saved_errno;
}

}  // namespace

Participant* self_slow() { return enlist(nullptr); }

void note_birth(Birth& birth) {
  Participant* me = self();
  birth = {};
  birth.is_known = me != nullptr;
  if (me == nullptr) return;
  copy(birth.clock, me->clock);
  advance(*me);
}

void say_no_more_epochs() { say_full(6, "more releases by one thread than are told apart"); }

void begin_from(const Birth& birth, bool is_new_process) {
  if (shadow == nullptr) return;
  if (is_new_process) current.self = nullptr;
  current.is_inside = false;
  enlist(&birth);
}

void end_thread() {
  Participant* me = self();
  if (me == nullptr) return;
  set_state(*me, State::ended);
  current.is_inside = true;
}

bool is_dead(const Participant& other) {
  if (has_ended(other)) return true;
  const ThreadState now = state_of(other);
  return now.is_exiting || now.state == 'Z' || now.state == 'X';
}

bool is_stopped(const Participant& other) {
  const ThreadState now = state_of(other);
  return now.state == 'T' || now.state == 't';
}

void acquire_process(pid_t pid) {
  Participant* me = self();
  if (me == nullptr) return;
  for (uint32_t i = 0; i < shadow->participant_count; ++i) {
    Participant& other = shadow->participants[i];
    if (other.state != State::free && other.pid == pid && &other != me) join(me->clock, other.clock);
  }
}

void acquire_thread(uint64_t thread) {
  Participant* me = self();
  if (me == nullptr) return;
  for (uint32_t i = 0; i < shadow->participant_count; ++i) {
    Participant& other = shadow->participants[i];
    if (other.pid == me->pid && other.thread == thread && &other != me) join(me->clock, other.clock);
  }
}

void acquire_the_dead() {
  Participant* me = self();
  if (me == nullptr) return;
  for (uint32_t i = 0; i < shadow->participant_count; ++i) {
    Participant& other = shadow->participants[i];
    if (&other != me && other.state != State::free && is_dead(other)) join(me->clock, other.clock);
  }
}

}  // namespace race

// The harness copies a program that stands before its main: whoever is noted before that would be all copies.
extern "C" int __real_main(int argc, char** argv, char** environment);
RACE_API int __wrap_main(int argc, char** argv, char** environment) {
  race::is_begun = true;
  return __real_main(argc, argv, environment);
}
