#include "os/abilities.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "os/descriptors.h"
#include "os/files.h"
#include "os/notifier.h"
#include "os/syscalls.h"

namespace harness {
namespace {

// Runs a trial in a child; its exit status is the errno that refused it, 0 when it worked.
int in_child(const std::function<int()>& trial) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) ::_exit(trial());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : ECANCELED;
}

Ability ability(std::string id, int error, const std::string& how, std::string lost) {
  return {std::move(id), error == 0, error == 0 ? how : how + ": " + std::strerror(error), std::move(lost)};
}

int try_unshare(int flags) { return ::unshare(flags) == 0 ? 0 : errno; }

// Seizes a child that has a RET_TRACE filter for getppid, and sees it stop there.
int try_tracing() {
  const auto filter = trace_filter({SYS_getppid});
  if (!filter) return ENOSYS;
  const pid_t child = ::fork();
  if (child == 0) {
    ::raise(SIGSTOP);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    sock_fprog program{static_cast<unsigned short>(filter->size()), const_cast<sock_filter*>(filter->data())};
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) ::_exit(errno);
    ::syscall(SYS_getppid);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, WUNTRACED);
  int error = ESRCH;
  if (::ptrace(PTRACE_SEIZE, child, nullptr, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) != 0) {
    error = errno;
  } else {
    ::kill(child, SIGCONT);
    while (::waitpid(child, &status, __WALL) == child && WIFSTOPPED(status)) {
      if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
        error = 0;
        break;
      }
      ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
    }
    if (error != 0 && WIFEXITED(status) && WEXITSTATUS(status) != 0) error = WEXITSTATUS(status);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, __WALL);
  return error;
}

// A child dies with a robust process-shared mutex; the survivor must get EOWNERDEAD. Under QEMU's user mode
// pthread_mutexattr_setrobust succeeds and yet the owner's death is never told.
int try_robust(bool pi) {
  auto* mutex = static_cast<pthread_mutex_t*>(
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (pi) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  if (const int error = pthread_mutex_init(mutex, &attributes)) return error;
  in_child([&] { return pthread_mutex_lock(mutex); });
  const int result = pthread_mutex_trylock(mutex);
  return result == EOWNERDEAD ? 0 : (result == 0 ? EPROTO : result);
}

struct HandoverMemory {
  uint32_t word;
  uint32_t elsewhere;
  robust_list entry;
};

// Dies as a waiter does that was woken inside pthread_mutex_lock: the lock is pending on its robust list
// (get_robust_list(2)), and its word says that another has it and that nobody waits.
int die_with_lock_pending(HandoverMemory& memory) {
  static robust_list_head head;
  head.list.next = &head.list;
  head.futex_offset =
      static_cast<long>(offsetof(HandoverMemory, word)) - static_cast<long>(offsetof(HandoverMemory, entry));
  head.list_op_pending = &memory.entry;
  ::syscall(SYS_set_robust_list, &head, sizeof head);
  return 0;
}

// Whether the death wakes the next sleeper, who would else sleep for ever (CATALOGUE.md, MX-22).
int try_robust_handover() {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return errno;
  auto& memory = *static_cast<HandoverMemory*>(page);
  const auto futex = [](uint32_t& word, int operation, uint32_t value, uint32_t* other) {
    return ::syscall(SYS_futex, &word, operation, value, 1, other, 0);
  };
  memory.word = static_cast<uint32_t>(::getpid());
  const pid_t sleeper = ::fork();
  if (sleeper < 0) return errno;
  if (sleeper == 0) {
    ::syscall(SYS_futex, &memory.word, FUTEX_WAIT, memory.word, nullptr, nullptr, 0);
    ::_exit(0);
  }
  // Moving a sleeper to another word and back succeeds only once it sleeps.
  long moved = 0;
  while ((moved = futex(memory.word, FUTEX_REQUEUE, 0, &memory.elsewhere)) == 0) ::sched_yield();
  if (moved == 1) moved = futex(memory.elsewhere, FUTEX_REQUEUE, 0, &memory.word);
  if (moved != 1) {
    ::kill(sleeper, SIGKILL);
    return ENOSYS;
  }
  in_child([&] { return die_with_lock_pending(memory); });
  const bool still_slept = futex(memory.word, FUTEX_WAKE, 1, nullptr) == 1;
  ::waitpid(sleeper, nullptr, 0);
  return still_slept ? EOWNERDEAD : 0;
}

// A child hands over its listener, and its call gets the answer that the kernel would not have given.
int try_user_notification() {
  const auto filter = notify_filter({SYS_getppid});
  int ends[2];
  if (!filter || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return ENOSYS;
  const Fd ours(ends[0]);
  Fd childs(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    if (::dup2(childs.get(), kListenerDoor) < 0) ::_exit(errno);
    if (const int error = hand_over_listener(*filter, kListenerDoor); error != 0) ::_exit(error);
    ::_exit(::syscall(SYS_getppid) == -1 && errno == EXDEV ? 0 : ENOSYS);
  }
  childs.reset();
  if (auto listener = take_listener(ours)) {
    Notifier notifier;
    pollfd state{listener->get(), POLLIN, 0};
    ::poll(&state, 1, -1);
    notifier.add(0, child, std::move(*listener));
    if (const auto call = notifier.poll()) [[maybe_unused]]
      const Status failed = notifier.fail(call->tid, EXDEV);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
}

// Takes a copy of what a child has open.
int try_copying_descriptors() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    char byte = 0;
    ::close(ends[1]);
    ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);  // until the parent has looked
  }
  const bool is_copied = copy_descriptor(child, ends[0]).is_open();
  const int error = is_copied ? 0 : errno;
  ::close(ends[1]);
  ::waitpid(child, nullptr, 0);
  return error;
}

int try_mqueue() {
  const std::string name = "/harness-doctor-" + std::to_string(::getpid());
  const mqd_t queue = ::mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600, nullptr);
  if (queue == static_cast<mqd_t>(-1)) return errno;
  ::mq_close(queue);
  ::mq_unlink(name.c_str());
  return 0;
}

// io_uring_setup(2) by its number, since not every C library knows it; 425 everywhere but on alpha.
int try_io_uring() {
  std::array<uint32_t, 30> parameters{};  // struct io_uring_params has 120 bytes
  const long ring = ::syscall(425, 1, parameters.data());
  return ring >= 0 ? 0 : errno;
}

// Receives that stay armed came with Linux 6.0, and with it the operation SEND_ZC (io_uring_enter(2)).
int try_multishot() {
  constexpr unsigned kRegisterProbe = 8, kSendZeroCopy = 47, kOperations = 64;
  std::array<uint32_t, 30> parameters{};
  const long ring = ::syscall(425, 1, parameters.data());
  if (ring < 0) return errno;
  std::array<unsigned char, 16 + kOperations * 8> probe{};  // struct io_uring_probe
  if (::syscall(427, ring, kRegisterProbe, probe.data(), kOperations) < 0) return errno;
  return probe[0] >= kSendZeroCopy ? 0 : EOPNOTSUPP;
}

// A receiver that refuses descriptors makes the sender fail with EPERM (Linux 6.16).
int try_pass_rights() {
  constexpr int kPassRights = 83;
  int ends[2];
  const int no = 0;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return errno;
  if (::setsockopt(ends[1], SOL_SOCKET, kPassRights, &no, sizeof no) != 0) return errno;
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  *header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  std::memcpy(CMSG_DATA(header), &ends[0], sizeof(int));
  const bool is_refused = ::sendmsg(ends[0], &message, MSG_NOSIGNAL) < 0 && errno == EPERM;
  return is_refused ? 0 : EPROTO;
}

// As another user, of which every machine has one.
int try_change_user() {
  constexpr uid_t kNobody = 65534;
  return ::geteuid() == 0 ? (::setuid(kNobody) == 0 ? 0 : errno) : EPERM;
}

// Becomes a user that has nothing, and looks whether there is a limit for the pipes of such a user (pipe(7)).
int try_pipe_limit() {
  constexpr uid_t kNobodys = 0x40000000;
  const auto limit = read_file("/proc/sys/fs/pipe-user-pages-soft");
  if (!limit || std::atoi(limit->c_str()) == 0) return ENOSYS;
  return ::setresuid(kNobodys, kNobodys, kNobodys) == 0 ? 0 : errno;
}

// Told by the kernel's settings, for to try it would leave a crash in the records of machines that collect
// them (core(5)).
int try_core_file() {
  const auto pattern = read_file("/proc/sys/kernel/core_pattern");
  const auto has_pid = read_file("/proc/sys/kernel/core_uses_pid");
  rlimit core{};
  if (!pattern || !has_pid || ::getrlimit(RLIMIT_CORE, &core) != 0) return ENOTSUP;
  return *pattern == "core\n" && *has_pid == "0\n" && core.rlim_max == RLIM_INFINITY ? 0 : ENOTSUP;
}

// An emulator may have queues and yet tell nobody of a message.
int try_mq_notify() {
  const std::string name = "/harness-doctor-notify-" + std::to_string(::getpid());
  const mqd_t queue = ::mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600, nullptr);
  if (queue == static_cast<mqd_t>(-1)) return errno;
  sigevent how{};
  how.sigev_notify = SIGEV_NONE;
  const int error = ::mq_notify(queue, &how) == 0 ? 0 : errno;
  ::mq_close(queue);
  ::mq_unlink(name.c_str());
  return error;
}

// Two roles that really run at the same time: what one processor does in turns it never reorders. Who asks
// for all processors gets those that it may have (sched_setaffinity(2)).
int try_two_processors() {
  cpu_set_t ours;
  std::memset(&ours, 0xFF, sizeof(ours));
  if (::sched_setaffinity(0, sizeof(ours), &ours) != 0) return errno;
  if (::sched_getaffinity(0, sizeof(ours), &ours) != 0) return errno;
  return CPU_COUNT(&ours) >= 2 ? 0 : ENODEV;
}

// A child with a process id that we choose (clone(2), set_tid): how a reused id is made without luck.
int try_pid_choice() {
  const pid_t wanted = 4242;
  clone_args how{};
  how.exit_signal = SIGCHLD;
  how.set_tid = reinterpret_cast<uint64_t>(&wanted);
  how.set_tid_size = 1;
  const long child = ::syscall(SYS_clone3, &how, sizeof how);
  if (child < 0) return errno == EEXIST ? 0 : errno;
  if (child == 0) ::_exit(0);
  ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return 0;
}

// Two looks from an offset that moves by itself (socket(7), SO_PEEK_OFF), which an emulator may take and
// forget.
int try_peek_offset() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return errno;
  const int start = 0;
  if (::setsockopt(ends[0], SOL_SOCKET, SO_PEEK_OFF, &start, sizeof start) != 0) return errno;
  char looks[2] = {};
  if (::write(ends[1], "ab", 2) != 2 || ::recv(ends[0], &looks[0], 1, MSG_PEEK) != 1 ||
      ::recv(ends[0], &looks[1], 1, MSG_PEEK) != 1)
    return errno;
  return looks[0] == 'a' && looks[1] == 'b' ? 0 : ENOPROTOOPT;
}

constexpr const char* kExecuted = "HARNESS_EXECUTED_TO_TRY";
constexpr int kExecutedStatus = 113;

// Before main: what try_execution() started ends here.
[[gnu::constructor]] void end_where_executed_to_try() {
  if (::getenv(kExecuted) != nullptr) ::_exit(kExecutedStatus);
}

// Under an emulator of system calls the kernel does not know what to do with a program of the emulated
// machine, unless it was told to (binfmt_misc).
int try_execution() {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    ::setenv(kExecuted, "1", 1);
    ::close(STDERR_FILENO);
    ::execl("/proc/self/exe", "itself", nullptr);
    ::_exit(errno);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == kExecutedStatus ? 0 : ENOEXEC;
}

}  // namespace

Ability probe_tracing() {
  return ability(
      "ptrace", in_child(try_tracing), "seized a child and stopped it at a chosen system call",
      "no faults at syscall points, no following of threads and children: probes and signals alone");
}

Ability probe_robust_handover() {
  const bool is_there = in_child(try_robust_handover) == 0;
  return {"robust-handover", is_there,
          is_there ? "the next sleeper was woken when a waiter died before it took a robust futex"
                   : "the next sleeper slept on when a waiter died before it took a robust futex (MX-22)",
          "a woken waiter's death can leave the others asleep: scenario lost-wakeup"};
}

std::vector<std::string> needed_abilities() {
  return {"robust-list",
          "pi-futex",
          "mqueue",
          "mq-notify",
          "io-uring",
          "io-uring-multishot",
          "pass-rights",
          "change-user",
          "pid-choice",
          "pipe-limit",
          "private-network",
          "execution",
          "peek-offset",
          "ptrace",
          "two-processors",
          "core-file",
          "asan",
          "lsan",
          "tsan",
          "handlers-at-once",
          "race"};
}

std::vector<Ability> probe_needed_abilities() {
  std::vector<Ability> abilities = {
      ability("robust-list", in_child([] { return try_robust(false); }), "robust lists", ""),
      ability("pi-futex", in_child([] { return try_robust(true); }), "robust lists with PI futexes", ""),
      ability("mqueue", in_child(try_mqueue), "POSIX message queues", ""),
      ability("io-uring", in_child(try_io_uring), "io_uring", ""),
      ability("io-uring-multishot", in_child(try_multishot), "io_uring receives that stay armed", ""),
      ability("pass-rights", in_child(try_pass_rights), "SO_PASSRIGHTS", ""),
      ability("change-user", in_child(try_change_user), "becoming another user", ""),
      ability("pipe-limit", in_child(try_pipe_limit), "another user, with a limit for its pipes", ""),
      ability("mq-notify", in_child(try_mq_notify), "notifications of POSIX message queues", ""),
      ability("pid-choice", in_child(try_pid_choice), "children with a chosen process id", ""),
      ability("execution", in_child(try_execution), "programs that execute themselves again", ""),
      ability("peek-offset", in_child(try_peek_offset), "SO_PEEK_OFF", ""),
      ability("two-processors", in_child(try_two_processors), "two processors for the roles", ""),
      ability("core-file", in_child(try_core_file), "core files named core, where a program crashes", "")};
  // Every kernel since 2.6.17 has this call, if it is a kernel.
  void* head = nullptr;
  size_t size = 0;
  const bool is_emulated = ::syscall(SYS_get_robust_list, 0, &head, &size) != 0 && errno == ENOSYS;
  for (Ability& one : abilities) {
    if (is_emulated && !one.is_there) one.detail = "the emulator has no " + one.detail;
  }
  return abilities;
}

Ability probe_notification() {
  return ability("user-notification", in_child(try_user_notification),
                 "answered a child's call in the kernel's place",
                 "where ptrace is denied, and under LeakSanitizer: no faults at system calls");
}

std::vector<Ability> probe_abilities() {
  const int as_is = in_child([] { return try_unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID); });
  const int by_user =
      in_child([] { return try_unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID); });
  return {
      probe_tracing(),
      ability("namespaces", as_is, "entered IPC, mount and process namespaces of its own",
              by_user == 0 ? "nothing: a user namespace does it"
                           : "no private /dev/shm: a ledger of what the run made"),
      ability("user-namespaces", by_user, "the same through a user namespace",
              as_is == 0 ? "nothing: not needed here" : "no isolation for ordinary users"),
      probe_notification(),
      ability("descriptor-copies", in_child(try_copying_descriptors), "took a copy of a child's descriptor",
              "no leak(OBJECT), and of sockets it is not known what they are connected with"),
      ability("robust-list", in_child([] { return try_robust(false); }),
              "a survivor got EOWNERDEAD after its peer was killed",
              "nothing about owner death can be shown here"),
      ability("pi-futex", in_child([] { return try_robust(true); }), "the same with priority inheritance",
              "variants with PTHREAD_PRIO_INHERIT cannot run here"),
      probe_robust_handover(),
      ability("mqueue", in_child(try_mqueue), "made and removed a POSIX message queue",
              "no POSIX message queues"),
      ability("io-uring", in_child(try_io_uring), "set up a ring",
              "variants that use io_uring cannot run here"),
      ability("pass-rights", in_child(try_pass_rights), "a receiver refused descriptors",
              "SO_PASSRIGHTS (Linux 6.16) cannot be shown here"),
      ability("change-user", in_child(try_change_user), "became another user",
              "a change of user cannot be shown: it takes root"),
  };
}

}  // namespace harness
