#include "sweep/fast_recording.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <set>

#include "os/procfs.h"

namespace harness {

#if defined(__x86_64__)

// The handler, which is copied into the victim with the page of what it works with behind it. It calls
// nothing and uses no memory but that page, what it is told there, and the frame that the kernel made for it
// (ucontext_t: RIP at 168). The offsets are those of FastRecording::Control.
asm(R"(
    .pushsection .rodata
    .balign 16
    .globl harness_sweep_handler
    .globl harness_sweep_restorer
    .globl harness_sweep_handler_end
harness_sweep_handler:
    lea harness_sweep_handler+4096(%rip), %r8
    mov 168(%rdx), %r9                  # RIP, behind the breakpoint
    dec %r9
    mov %r9, 168(%rdx)
    mov %r9, %rax                       # the instruction is put back, from the copy of its page
    and $-4096, %rax
    mov 40(%r8), %rcx
    lea 128(%r8), %rsi
1:  cmp %rax, (%rsi)
    je 2f
    add $16, %rsi
    dec %rcx
    jnz 1b
    ud2
2:  mov 8(%rsi), %rsi
    mov %r9, %rax
    and $4095, %eax
    mov (%rsi,%rax), %al
    mov %al, (%r9)
    mov 16(%r8), %rax                   # and the breakpoint at the one before
    test %rax, %rax
    jz 3f
    cmp %r9, %rax
    je 3f
    movb $0xcc, (%rax)
3:  mov %r9, 16(%r8)
4:  mov (%r8), %rdi                     # room in the log?
    cmp 8(%r8), %rdi
    jbe 5f
    mov $39, %eax                       # getpid; kill(it, SIGSTOP): the log is emptied meanwhile
    syscall
    mov %eax, %edi
    mov $19, %esi
    mov $62, %eax
    syscall
    jmp 4b
5:  mov %r9, (%rdi)
    mov 24(%r8), %rsi                   # the head of the robust list
    xor %eax, %eax
    mov %rax, 8(%rdi)
    mov %rax, 16(%rdi)
    mov %rax, 24(%rdi)
    test %rsi, %rsi
    jz 6f
    mov (%rsi), %rax
    mov %rax, 8(%rdi)
    mov 8(%rsi), %rax
    mov %rax, 16(%rdi)
    mov 16(%rsi), %rax
    mov %rax, 24(%rdi)
6:  lea 40(%rdi), %r11                  # what has changed in the shared memory: place, and word
    mov 48(%r8), %rcx
    lea 640(%r8), %rbx
    xor %r13d, %r13d
7:  mov (%rbx), %rsi
    mov 8(%rbx), %r14
    mov 16(%rbx), %r15
8:  mov (%rsi), %rax
    cmp (%r14), %rax
    jne 10f
9:  add $8, %rsi
    add $8, %r14
    add $8, %r13
    dec %r15
    jnz 8b
    add $24, %rbx
    dec %rcx
    jnz 7b
    mov %r11, (%r8)
    lea 40(%rdi), %rax
    sub %rax, %r11
    shr $4, %r11
    mov %r11, 32(%rdi)
    decq 32(%r8)                        # the whole way?
    jz 11f
    ret
10: mov %rax, (%r14)
    mov %r13, (%r11)
    mov %rax, 8(%r11)
    add $16, %r11
    jmp 9b
11: xor %edi, %edi                      # exit_group(0)
    mov $231, %eax
    syscall
harness_sweep_restorer:
    mov $15, %eax                       # rt_sigreturn
    syscall
harness_sweep_handler_end:
    .popsection
)");

extern "C" const char harness_sweep_handler[];
extern "C" const char harness_sweep_restorer[];
extern "C" const char harness_sweep_handler_end[];

namespace {

constexpr size_t kPage = 4096;
constexpr uint64_t kPageMask = ~uint64_t{kPage - 1};
constexpr size_t kMostPages = 32;
constexpr size_t kMostSegments = 32;
constexpr size_t kLeastLog = 1 << 20;
constexpr unsigned char kBreakpoint = 0xcc;
constexpr uint64_t kBelowStack = 512;  // beyond the red zone

size_t in_pages(size_t size) { return (size + kPage - 1) & ~(kPage - 1); }

std::vector<uint64_t> pages_of(const std::set<uint64_t>& addresses) {
  std::set<uint64_t> pages;
  for (const uint64_t address : addresses) pages.insert(address & kPageMask);
  return {pages.begin(), pages.end()};
}

// What the handler writes of a state; `changes` pairs of a place in the arena and the word there follow.
struct Record {
  uint64_t address;
  RobustHead head;
  uint64_t changes;
};
static_assert(sizeof(Record) == 40);

struct Change {
  uint64_t place;
  uint64_t word;
};

// The kernel's own (rt_sigaction(2)).
struct KernelAction {
  uint64_t handler;
  uint64_t flags;
  uint64_t restorer;
  uint64_t mask;
};

}  // namespace

// The page behind the handler. Addresses are of the template.
struct FastRecording::Control {
  uint64_t cursor;  // of the log
  uint64_t last;    // where a record may begin at the latest
  uint64_t previous;
  uint64_t robust_head;
  uint64_t left;  // states
  uint64_t page_count;
  uint64_t segment_count;
  uint64_t unused[9];
  struct {
    uint64_t address, copy;
  } pages[kMostPages];
  struct {
    uint64_t address, shadow, words;
  } segments[kMostSegments];
};

FastRecording::Control& FastRecording::control() const {
  return *reinterpret_cast<Control*>(memory_ + kPage);
}

Result<std::unique_ptr<FastRecording>> FastRecording::make(Origin& origin, const Survey& survey) {
  static_assert(offsetof(Control, pages) == 128 && offsetof(Control, segments) == 640);
  std::unique_ptr<FastRecording> made(new FastRecording);
  ASSIGN_OR_RETURN(made->template_, origin.sibling());
  TRY(made->lay_out(origin, survey));
  TRY(made->map_into_template());
  TRY(made->copy_code(survey));
  TRY(made->install_handler());
  TRY(made->plant(survey));
  return made;
}

FastRecording::~FastRecording() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

// The handler, its page, copies of the pages of code, the shared memory as it was last seen, the log.
Status FastRecording::lay_out(const Origin& origin, const Survey& survey) {
  const size_t pages = pages_of(survey.addresses).size();
  const size_t arena = origin.arena().bytes().size();
  if (pages > kMostPages || origin.arena().segments().size() > kMostSegments)
    return unavailable("the region's code is spread over more pages than the recording takes");
  largest_record_ = sizeof(Record) + arena / sizeof(uint64_t) * sizeof(Change);
  shadow_ = (2 + pages) * kPage;
  log_ = shadow_ + in_pages(arena);
  size_ = log_ + in_pages(std::max(kLeastLog, 2 * largest_record_));
  states_ = survey.states;
  file_ = Fd(::memfd_create("harness-recording", MFD_CLOEXEC));
  if (!file_.is_open() || ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0)
    return system_error("memfd_create");
  void* memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (memory == MAP_FAILED) return system_error("mmap");
  memory_ = static_cast<std::byte*>(memory);
  std::memcpy(memory_, harness_sweep_handler,
              static_cast<size_t>(harness_sweep_handler_end - harness_sweep_handler));
  Control& shared = control();
  shared.robust_head = origin.robust_head();
  shared.page_count = pages;
  shared.segment_count = origin.arena().segments().size();
  return done();
}

Status FastRecording::map_into_template() {
  const pid_t pid = template_->original();
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid));
  const std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_.get());
  const uint64_t scratch = stack_pointer(there) - kBelowStack;
  if (!write_memory(pid, scratch, path.c_str(), path.size() + 1))
    return internal_error("a victim's stack cannot be written");
  ASSIGN_OR_RETURN(const int64_t file, template_->make_call(SYS_openat, {static_cast<uint64_t>(AT_FDCWD),
                                                                         scratch, O_RDWR | O_CLOEXEC}));
  if (file < 0) return unavailable("the victim cannot open the recording");
  ASSIGN_OR_RETURN(const int64_t place,
                   template_->make_call(SYS_mmap, {0, size_, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED,
                                                   static_cast<uint64_t>(file), 0}));
  TRY(template_->make_call(SYS_close, {static_cast<uint64_t>(file)}));
  if (place < 0 && place > -4096)
    return unavailable("the victim may not have memory that it writes and executes");
  place_ = static_cast<uint64_t>(place);
  return done();
}

Status FastRecording::copy_code(const Survey& survey) {
  Control& shared = control();
  const std::vector<uint64_t> pages = pages_of(survey.addresses);
  for (size_t i = 0; i < pages.size(); ++i) {
    const size_t copy = (2 + i) * kPage;
    shared.pages[i] = {pages[i], place_ + copy};
    if (!read_memory(template_->original(), pages[i], memory_ + copy, kPage))
      return internal_error("a victim's code cannot be read");
  }
  return done();
}

Status FastRecording::install_handler() {
  const auto restorer = static_cast<uint64_t>(harness_sweep_restorer - harness_sweep_handler);
  constexpr uint64_t kHasRestorer = 0x04000000;  // SA_RESTORER, which no header gives
  const KernelAction action{place_, SA_SIGINFO | kHasRestorer, place_ + restorer, 0};
  const pid_t pid = template_->original();
  ASSIGN_OR_RETURN(const RegisterSet there, read_registers(pid));
  const uint64_t scratch = stack_pointer(there) - kBelowStack;
  if (!write_memory(pid, scratch, &action, sizeof action))
    return internal_error("a victim's stack cannot be written");
  ASSIGN_OR_RETURN(const int64_t installed,
                   template_->make_call(SYS_rt_sigaction, {SIGTRAP, scratch, 0, sizeof action.mask}));
  return installed == 0 ? done() : Status(unavailable("the victim takes no handler for breakpoints"));
}

// The template has its own copies of the pages of code from here on (MAP_PRIVATE).
Status FastRecording::plant(const Survey& survey) {
  for (const uint64_t page : pages_of(survey.addresses)) {
    ASSIGN_OR_RETURN(const int64_t changed,
                     template_->make_call(SYS_mprotect, {page, kPage, PROT_READ | PROT_WRITE | PROT_EXEC}));
    if (changed != 0) return unavailable("the victim may not write its code");
  }
  for (const uint64_t address : survey.addresses) {
    if (!write_memory(template_->original(), address, &kBreakpoint, 1))
      return internal_error("a breakpoint cannot be set");
  }
  return template_->start_copies_here();
}

void FastRecording::begin(const Origin& origin) {
  Control& shared = control();
  shared.cursor = place_ + log_;
  shared.last = place_ + size_ - largest_record_;
  shared.previous = 0;
  shared.left = states_;
  for (size_t i = 0; i < origin.arena().segments().size(); ++i) {
    const Segment& segment = origin.arena().segments()[i];
    shared.segments[i] = {segment.address, place_ + shadow_ + segment.offset,
                          segment.size / sizeof(uint64_t)};
  }
  std::memcpy(origin.arena().bytes().data(), origin.beginning().data(), origin.beginning().size());
  std::memcpy(memory_ + shadow_, origin.beginning().data(), origin.beginning().size());
}

Status FastRecording::record(Origin& origin, const ShowMoment& show) {
  begin(origin);
  ASSIGN_OR_RETURN(const pid_t pid, template_->clone());
  if (::ptrace(PTRACE_DETACH, pid, nullptr, nullptr) != 0) {
    const SweptProcess lost(pid);
    return system_error("PTRACE_DETACH");
  }
  return wait_and_show(pid, origin.beginning(), show);
}

// It stops when its log is full, and ends when it has gone the whole way.
Status FastRecording::wait_and_show(pid_t victim, std::span<const std::byte> beginning,
                                    const ShowMoment& show) {
  StateDigest digest(beginning, victim);  // the shadow is the victim's, and may have changed by now
  uint64_t number = 0;
  for (;;) {
    const TraceStop arrival = await(victim, WUNTRACED);
    const bool has_ended = arrival.kind == TraceStop::Kind::ended;
    Status shown = arrival.kind == TraceStop::Kind::too_long
                       ? Status(unavailable("the region was not left: " + describe(arrival)))
                       : show_log(digest, victim, number, show);
    if (shown && has_ended && (arrival.signal != 0 || control().left != 0))
      shown = unavailable("the region was not left as before: " + describe(arrival));
    if (!shown && !has_ended) SweptProcess(victim).kill();
    if (!shown || has_ended) return shown;
    control().cursor = place_ + log_;
    ::kill(victim, SIGCONT);
  }
}

Status FastRecording::show_log(StateDigest& digest, pid_t victim, uint64_t& number, const ShowMoment& show) {
  const std::byte* const end = memory_ + (control().cursor - place_);
  for (const std::byte* at = memory_ + log_; at < end;) {
    Record record;
    std::memcpy(&record, at, sizeof record);
    at += sizeof record;
    for (uint64_t i = 0; i < record.changes; ++i, at += sizeof(Change)) {
      Change change;
      std::memcpy(&change, at, sizeof change);
      digest.change(change.place, change.word);
    }
    const Moment moment{.number = ++number,
                        .position = {.address = record.address},
                        .head = record.head,
                        .digest = digest.with(record.head),
                        .shared = digest.seen()};
    TRY(show(moment, victim));
  }
  return done();
}

#else

Result<std::unique_ptr<FastRecording>> FastRecording::make(Origin&, const Survey&) {
  return unavailable("the handler of breakpoints is written for x86-64");
}
FastRecording::~FastRecording() = default;
Status FastRecording::record(Origin&, const ShowMoment&) {
  return unavailable("the handler is written for x86-64");
}

#endif

}  // namespace harness
