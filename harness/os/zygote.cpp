#include "os/zygote.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "os/injected_call.h"
#include "os/procfs.h"

namespace harness {
namespace {

Result<int> wait_for_stop_of(pid_t tid) {
  int status = 0;
  while (::waitpid(tid, &status, __WALL) < 0) {
    if (errno != EINTR) return system_error("waitpid");
  }
  if (!WIFSTOPPED(status)) return unavailable("it ended before main");
  return status;
}

// What a stop is, without the code of the process: an event of ptrace(2), or a signal.
int event_of(int status) { return status >> 16; }
bool is_signal(int status, int signal) { return event_of(status) == 0 && WSTOPSIG(status) == signal; }

Result<int> next_stop(pid_t tid, int request) {
  if (::ptrace(static_cast<__ptrace_request>(request), tid, nullptr, nullptr) != 0)
    return system_error("ptrace");
  return wait_for_stop_of(tid);
}

// Goes on until the stop with this signal. What else stops it on the way, a call that the filter picks for
// instance, is none of our business. Another execve(2) takes the breakpoints away: the program would run on,
// as ThreadSanitizer's runtime makes it do on arm64 to be rid of address randomisation. And a fault would
// come again and again: that runtime has one at one start in thousands.
Status run_to(pid_t tid, int request, int signal) {
  for (;;) {
    ASSIGN_OR_RETURN(const int status, next_stop(tid, request));
    if (is_signal(status, signal)) return done();
    if (event_of(status) == PTRACE_EVENT_EXEC) return unavailable("it executes a program before main");
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) {
      if (is_signal(status, fault))
        return unavailable(std::string("it got ") + ::strsignal(fault) + " before main");
    }
  }
}

constexpr size_t kMostHandedOver = 16;

// What a copy needs in its own memory to receive descriptors.
struct Reception {
  msghdr message;
  iovec part;
  uint64_t byte;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMostHandedOver)];
};

Status send_descriptors(int socket, const std::map<int, int>& descriptors) {
  CHECK(descriptors.size() <= kMostHandedOver) << descriptors.size();
  Reception order{};
  order.part = {&order.byte, 1};
  order.message.msg_iov = &order.part;
  order.message.msg_iovlen = 1;
  order.message.msg_control = order.control;
  order.message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
  cmsghdr* const rights = CMSG_FIRSTHDR(&order.message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
  size_t at = 0;
  for (const auto& [number, ours] : descriptors) {
    std::memcpy(CMSG_DATA(rights) + sizeof(int) * at++, &ours, sizeof ours);
  }
  if (::sendmsg(socket, &order.message, 0) != 1) return system_error("sendmsg");
  return done();
}

}  // namespace

Result<std::unique_ptr<Zygote>> Zygote::start(const Launch& order, uint64_t entry, uint64_t main) {
  if (main == 0) return unavailable("its main was not found");
  if (order.descriptors.size() > kMostHandedOver) return unavailable("it is given too many descriptors");
  Launch without = order;
  Fd sender;
  Fd receiver;
  int door = -1;
  if (!order.descriptors.empty()) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error("socketpair");
    sender = Fd(ends[0]);
    const Fd low(ends[1]);
    door = std::max(3, order.descriptors.rbegin()->first + 1);
    receiver = Fd(::fcntl(low.get(), F_DUPFD_CLOEXEC, door + 1));
    if (receiver.get() < 0) return system_error("F_DUPFD_CLOEXEC");
    without.descriptors = {{door, receiver.get()}};
  }
  ASSIGN_OR_RETURN(const pid_t pid, launch(without));
  std::unique_ptr<Zygote> zygote(new Zygote(pid));
  zygote->sender_ = std::move(sender);
  zygote->door_ = door;
  TRY(zygote->run_to_main(entry, main));
  TRY(zygote->check_copyable("main"));
  TRY(zygote->check_no_files());
  ASSIGN_OR_RETURN(zygote->instruction_, find_call_instruction(pid));
  TRY(zygote->find_thread_id());
  return zygote;
}

Zygote::~Zygote() { kill_and_reap(pid_); }

Status Zygote::run_to_main(uint64_t entry, uint64_t main) {
  const uint64_t address = auxiliary_value(pid_, AT_ENTRY) - entry + main;
  ASSIGN_OR_RETURN(const uint64_t before, set_breakpoint(pid_, address));
  TRY(run_to(pid_, PTRACE_CONT, SIGTRAP));
  TRY(clear_breakpoint(pid_, address, before));
  ASSIGN_OR_RETURN(at_start_, read_registers(pid_));
  return done();
}

// A copy has only the thread that made it, and shares the files that are open.
Status Zygote::check_copyable(const std::string& when) const {
  if (threads_of(pid_).size() != 1) return unavailable("it starts threads before " + when);
  if (!children_of(pid_).empty()) return unavailable("it starts processes before " + when);
  if (has_pending_timer(pid_)) return unavailable("it sets a timer before " + when);
  return done();
}

Status Zygote::check_no_files() const {
  if (open_files_of(pid_) != (door_ < 0 ? 3 : 4)) return unavailable("it opens files before main");
  return done();
}

Status Zygote::find_robust_list() {
  void* head = nullptr;
  size_t size = 0;
  if (::syscall(SYS_get_robust_list, pid_, &head, &size) != 0) return system_error("get_robust_list");
  robust_list_ = reinterpret_cast<uint64_t>(head);
  robust_size_ = size;
  return done();
}

// glibc keeps the id, an unused int and a pointer just before the head of the robust list (struct pthread).
// That it is there is checked: another C library is refused.
Status Zygote::find_thread_id() {
  TRY(find_robust_list());
  thread_id_ = robust_list_ - 16;
  int32_t id = 0;
  if (robust_list_ == 0 || !read_memory(pid_, thread_id_, &id, sizeof id) || id != pid_) {
    return unavailable("its C library is not glibc as we know it");
  }
  return done();
}

Result<pid_t> Zygote::fork_original(uint64_t flags) {
  flags |= CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
  TRY(write_registers(pid_,
                      set_up_call(at_start_, instruction_, SYS_clone, fork_arguments(flags, thread_id_))));
  // A single step, so that it goes no further when the kernel refuses.
  int status = 0;
  do {
    ASSIGN_OR_RETURN(status, next_stop(pid_, PTRACE_SINGLESTEP));
    if (is_signal(status, SIGTRAP)) return unavailable("the kernel refuses another process");
  } while (event_of(status) != PTRACE_EVENT_FORK);
  unsigned long message = 0;
  if (::ptrace(PTRACE_GETEVENTMSG, pid_, nullptr, &message) != 0) return system_error("PTRACE_GETEVENTMSG");
  const auto copy = static_cast<pid_t>(message);
  TRY(run_to(pid_, PTRACE_SYSCALL, SIGTRAP | 0x80));
  TRY(wait_for_stop_of(copy));
  const bool is_lodger = (flags & CLONE_VM) != 0;
  if (Status made = is_lodger ? register_robust_list(copy) : make_good(copy); !made) {
    kill_and_reap(copy);
    return made.error();
  }
  return copy;
}

Result<pid_t> Zygote::clone(const std::map<int, int>& descriptors) {
  ASSIGN_OR_RETURN(const pid_t copy, fork_original());
  Status made = door_ < 0 ? done() : hand_over(copy, descriptors);
  if (made && door_ >= 0) made = close_door(copy);
  if (made) made = write_registers(copy, at_start_);
  if (made) return copy;
  kill_and_reap(copy);
  return made.error();
}

Result<pid_t> Zygote::lodger() {
  ASSIGN_OR_RETURN(const pid_t lodger, fork_original(CLONE_VM));
  if (Status put = write_registers(lodger, at_start_); !put) {
    kill_and_reap(lodger);
    return put.error();
  }
  return lodger;
}

Result<std::unique_ptr<Zygote>> Zygote::sibling() {
  ASSIGN_OR_RETURN(const pid_t copy, fork_original());
  std::unique_ptr<Zygote> sibling(new Zygote(copy));
  TRY(write_registers(copy, at_start_));
  sibling->at_start_ = at_start_;
  sibling->instruction_ = instruction_;
  sibling->thread_id_ = thread_id_;
  sibling->robust_list_ = robust_list_;
  sibling->robust_size_ = robust_size_;
  return sibling;
}

Status Zygote::start_copies_here() {
  TRY(check_copyable("the place where copies are to start"));
  TRY(find_robust_list());  // it may have registered another
  ASSIGN_OR_RETURN(at_start_, read_registers(pid_));
  return done();
}

Result<int64_t> Zygote::make_call(long call, const std::array<uint64_t, 6>& args) {
  ASSIGN_OR_RETURN(const RegisterSet standing, read_registers(pid_));
  ASSIGN_OR_RETURN(const int64_t result, step_over_call(pid_, standing, instruction_, call, args));
  TRY(write_registers(pid_, standing));
  return result;
}

Result<int64_t> Zygote::result_in(pid_t copy, long call, const std::array<uint64_t, 6>& args) const {
  return step_over_call(copy, at_start_, instruction_, call, args);
}

Status Zygote::call_in(pid_t copy, long call, const std::array<uint64_t, 6>& args) const {
  ASSIGN_OR_RETURN(const int64_t result, result_in(copy, call, args));
  if (result < 0) return internal_error("an injected system call failed in a copy of a zygote");
  return done();
}

Status Zygote::register_robust_list(pid_t copy) const {
  return call_in(copy, SYS_set_robust_list, {robust_list_, robust_size_});
}

Status Zygote::make_good(pid_t copy) const {
  TRY(register_robust_list(copy));
  return call_in(copy, SYS_setsid, {});
}

// The copy's stack below what is in use serves as memory for the call; nothing there is alive before main.
Result<std::vector<int>> Zygote::receive_in(pid_t copy, size_t count) const {
  constexpr uint64_t kBelowStack = 1024;  // more than the red zone of 128 bytes
  const uint64_t at = (stack_pointer(at_start_) - kBelowStack - sizeof(Reception)) & ~uint64_t{15};
  Reception order{};
  order.part = {reinterpret_cast<void*>(at + offsetof(Reception, byte)), 1};
  order.message.msg_iov = reinterpret_cast<iovec*>(at + offsetof(Reception, part));
  order.message.msg_iovlen = 1;
  order.message.msg_control = reinterpret_cast<void*>(at + offsetof(Reception, control));
  order.message.msg_controllen = sizeof order.control;
  if (!write_memory(copy, at, &order, sizeof order)) return internal_error("a copy has no stack");
  TRY(call_in(copy, SYS_recvmsg, {static_cast<uint64_t>(door_), at + offsetof(Reception, message), 0}));
  if (!read_memory(copy, at, &order, sizeof order)) return internal_error("a copy has no stack");
  cmsghdr rights{};
  std::memcpy(&rights, order.control, sizeof rights);
  if (rights.cmsg_len != CMSG_LEN(sizeof(int) * count))
    return internal_error("a copy did not get all of its descriptors");
  std::vector<int> received(count);
  std::memcpy(received.data(), order.control + CMSG_LEN(0), sizeof(int) * count);
  return received;
}

// The kernel gives the lowest numbers that are free, which mostly are those that are wanted.
Status Zygote::hand_over(pid_t copy, const std::map<int, int>& descriptors) const {
  TRY(send_descriptors(sender_.get(), descriptors));
  ASSIGN_OR_RETURN(const std::vector<int> received, receive_in(copy, descriptors.size()));
  std::vector<std::pair<uint64_t, uint64_t>> moves;  // from a number out of the way to the one that is wanted
  size_t at = 0;
  for (const auto& [number, ours] : descriptors) {
    const auto got = static_cast<uint64_t>(received[at++]);
    if (got == static_cast<uint64_t>(number)) continue;
    ASSIGN_OR_RETURN(const int64_t away,
                     result_in(copy, SYS_fcntl, {got, F_DUPFD, static_cast<uint64_t>(door_) + 1}));
    if (away < 0) return internal_error("a copy of a zygote has no room for its descriptors");
    TRY(call_in(copy, SYS_close, {got}));
    moves.emplace_back(static_cast<uint64_t>(away), static_cast<uint64_t>(number));
  }
  for (const auto& [from, to] : moves) {
    TRY(call_in(copy, SYS_dup3, {from, to, 0}));
    TRY(call_in(copy, SYS_close, {from}));
  }
  return done();
}

Status Zygote::close_door(pid_t copy) const {
  return call_in(copy, SYS_close, {static_cast<uint64_t>(door_)});
}

Result<std::unique_ptr<Zygote>> Zygote::playing(const Launch& order, uint64_t entry, uint64_t take_role) {
  CHECK(door_ >= 0 && (order.descriptors.empty() || order.descriptors.rbegin()->first < door_));
  ASSIGN_OR_RETURN(std::unique_ptr<Zygote> player, sibling());
  player->door_ = door_;
  player->sender_ = Fd(::fcntl(sender_.get(), F_DUPFD_CLOEXEC, 0));
  if (!player->sender_.is_open()) return system_error("F_DUPFD_CLOEXEC");
  TRY(player->take_output(order));
  if (order.descriptors.empty()) {
    TRY(player->close_door(player->pid_));
    player->door_ = -1;
  }
  TRY(player->take_words(order, auxiliary_value(pid_, AT_ENTRY) - entry + take_role));
  if (!order.filter.empty()) TRY(player->take_filter(order.filter));
  TRY(write_registers(player->pid_, player->at_start_));
  return player;
}

Status Zygote::take_output(const Launch& order) const {
  const Fd output(::open(order.stdout_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const Fd error(::open(order.stderr_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!output.is_open() || !error.is_open()) return system_error("cannot open " + order.stdout_path);
  return hand_over(pid_, {{STDOUT_FILENO, output.get()}, {STDERR_FILENO, error.get()}});
}

// argv and envp lie one behind the other in memory of their own: pointers first, then what they point to.
Status Zygote::take_words(const Launch& order, uint64_t take_role) {
  std::vector<std::string> words = order.command;
  const size_t count = words.size();
  for (const std::string& variable : environment_of(order)) words.push_back(variable);
  std::vector<uint64_t> pointers;  // from the beginning of the memory; 0: the end of a list
  uint64_t next = (words.size() + 2) * sizeof(uint64_t);
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i == count) pointers.push_back(0);
    pointers.push_back(next + text.size());
    text.append(words[i].c_str(), words[i].size() + 1);
  }
  pointers.push_back(0);
  ASSIGN_OR_RETURN(const uint64_t at, put(std::string(next, '\0') + text));
  for (uint64_t& pointer : pointers) pointer += pointer == 0 ? 0 : at;
  if (!write_memory(pid_, at, pointers.data(), pointers.size() * sizeof(uint64_t)))
    return internal_error("a copy has no memory for its words");
  const uint64_t environment = at + (count + 1) * sizeof(uint64_t);
  TRY(run_function(take_role, environment));
  at_start_ = with_arguments(at_start_, {count, at, environment});
  return done();
}

Status Zygote::take_filter(const std::vector<sock_filter>& filter) const {
  const std::string code(reinterpret_cast<const char*>(filter.data()), filter.size() * sizeof(sock_filter));
  sock_fprog program{static_cast<unsigned short>(filter.size()), nullptr};
  ASSIGN_OR_RETURN(const uint64_t at, put(std::string(sizeof program, '\0') + code));
  program.filter = reinterpret_cast<sock_filter*>(at + sizeof program);
  if (!write_memory(pid_, at, &program, sizeof program))
    return internal_error("a copy has no memory for its filter");
  ASSIGN_OR_RETURN(const int64_t refused, result_in(pid_, SYS_seccomp, {SECCOMP_SET_MODE_FILTER, 0, at}));
  if (refused != 0) {  // as in os/launch.cpp
    TRY(call_in(pid_, SYS_prctl, {PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0}));
    TRY(call_in(pid_, SYS_seccomp, {SECCOMP_SET_MODE_FILTER, 0, at}));
  }
  return done();
}

// These bytes in new memory of the process: where.
Result<uint64_t> Zygote::put(const std::string& bytes) const {
  ASSIGN_OR_RETURN(const int64_t at, result_in(pid_, SYS_mmap,
                                               {0, bytes.size(), PROT_READ | PROT_WRITE,
                                                MAP_PRIVATE | MAP_ANONYMOUS, static_cast<uint64_t>(-1), 0}));
  const bool is_there = at > 0 && write_memory(pid_, static_cast<uint64_t>(at), bytes.data(), bytes.size());
  if (!is_there) return internal_error("a copy of a zygote has no memory");
  return static_cast<uint64_t>(at);
}

// It returns to where copies start, upon a breakpoint.
Status Zygote::run_function(uint64_t function, uint64_t argument) const {
  const uint64_t back = program_counter(at_start_);
  ASSIGN_OR_RETURN(const RegisterSet called, set_up_function(pid_, at_start_, function, argument, back));
  TRY(write_registers(pid_, called));
  ASSIGN_OR_RETURN(const uint64_t before, set_breakpoint(pid_, back));
  TRY(run_to(pid_, PTRACE_CONT, SIGTRAP));
  return clear_breakpoint(pid_, back, before);
}

}  // namespace harness
