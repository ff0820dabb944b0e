#include "os/eintr_trials.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>

#include "os/clock.h"
#include "os/fd.h"
#include "os/procfs.h"

namespace harness {
namespace {

constexpr int64_t kPatience_ns = 5'000'000'000;  // for a child to block: the last net
constexpr timespec kLong = {3600, 0};

volatile sig_atomic_t* handled = nullptr;  // shared with the child: how often its handler has run

void count_signal(int) { *handled = *handled + 1; }

timespec an_hour_from_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  now.tv_sec += kLong.tv_sec;
  return now;
}

// --- what each call needs, made in the child itself: 0 or the errno of the call

int errno_of(long result) { return result < 0 ? errno : 0; }

int blocked_read(int fd) {
  char bytes[256];
  return errno_of(::read(fd, bytes, sizeof bytes));
}

std::array<int, 2> new_pipe() {
  std::array<int, 2> ends{};
  (void)!::pipe2(ends.data(), O_CLOEXEC);
  return ends;
}

std::array<int, 2> new_sockets() {
  std::array<int, 2> ends{};
  ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
  return ends;
}

void fill(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  const std::array<char, 4096> bytes{};
  while (::write(fd, bytes.data(), bytes.size()) > 0) {
  }
  while (::write(fd, bytes.data(), 1) > 0) {
  }
  ::fcntl(fd, F_SETFL, flags);
}

int listening_socket(sockaddr_un& address, socklen_t& length) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address = {.sun_family = AF_UNIX};
  length = sizeof(sa_family_t);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), length);  // an abstract name that the kernel chooses
  length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  ::listen(fd, 0);
  return fd;
}

int blocked_connect() {
  sockaddr_un address{};
  socklen_t length = 0;
  listening_socket(address, length);
  for (int i = 0; i < 8; ++i) {  // until the backlog is full
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) break;
  }
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return errno_of(::connect(fd, reinterpret_cast<sockaddr*>(&address), length));
}

int blocked_accept(bool has_timeout) {
  sockaddr_un address{};
  socklen_t length = 0;
  const int fd = listening_socket(address, length);
  const timeval limit{kLong.tv_sec, 0};
  if (has_timeout) ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return errno_of(::accept(fd, nullptr, nullptr));
}

int blocked_tcp_receive() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0) return errno;
  ::listen(listener, 1);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) return errno;
  char byte = 0;
  return errno_of(::recv(fd, &byte, 1, 0));
}

int blocked_receive(bool has_timeout) {
  const auto ends = new_sockets();
  const timeval limit{kLong.tv_sec, 0};
  if (has_timeout) ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char byte = 0;
  return errno_of(::recv(ends[0], &byte, 1, 0));
}

int blocked_send(bool has_timeout) {
  const auto ends = new_sockets();
  const timeval limit{kLong.tv_sec, 0};
  if (has_timeout) ::setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  fill(ends[0]);
  return errno_of(::send(ends[0], "x", 1, 0));
}

pid_t sleeping_child() {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);  // it ended before the kernel was asked
    for (;;) ::pause();
  }
  return child;
}

int blocked_flock(const std::string& folder) {
  const std::string path = folder + "/flock";
  const int holder = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int other = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ::flock(holder, LOCK_EX);
  return errno_of(::flock(other, LOCK_EX));
}

// An open file description's lock stands in the way of a process's, and of another description's.
int blocked_record_lock(const std::string& folder, int command) {
  const std::string path = folder + "/lock";
  const int holder = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int other = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  ::fcntl(holder, F_OFD_SETLK, &whole);
  return errno_of(::fcntl(other, command, &whole));
}

mqd_t new_queue(bool is_full) {
  const std::string name = "/harness-eintr-" + std::to_string(::getpid());
  mq_attr attributes{};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 8;
  const mqd_t queue = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
  ::mq_unlink(name.c_str());
  if (is_full) ::mq_send(queue, "x", 1, 0);
  return queue;
}

int blocked_queue_receive(bool has_timeout) {
  char message[8];
  const mqd_t queue = new_queue(false);
  const timespec limit = an_hour_from_now();
  return errno_of(has_timeout ? ::mq_timedreceive(queue, message, sizeof message, nullptr, &limit)
                              : ::mq_receive(queue, message, sizeof message, nullptr));
}

int blocked_semaphore(bool has_timeout) {
  sem_t semaphore;
  ::sem_init(&semaphore, 0, 0);
  const timespec limit = an_hour_from_now();
  return errno_of(has_timeout ? ::sem_timedwait(&semaphore, &limit) : ::sem_wait(&semaphore));
}

int blocked_mutex() {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  ::pthread_mutex_lock(&mutex);
  return ::pthread_mutex_lock(&mutex);
}

// A wake-up that is none returns 0, which no signal may cause.
int blocked_condition(bool has_timeout) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  ::pthread_mutex_lock(&mutex);
  const timespec limit = an_hour_from_now();
  return has_timeout ? ::pthread_cond_timedwait(&condition, &mutex, &limit)
                     : ::pthread_cond_wait(&condition, &mutex);
}

int blocked_epoll(bool with_mask) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  sigset_t none;
  sigemptyset(&none);
  return errno_of(with_mask ? ::epoll_pwait(fd, &event, 1, -1, &none) : ::epoll_wait(fd, &event, 1, -1));
}

int blocked_signal_wait(bool has_timeout) {
  sigset_t other;
  sigemptyset(&other);
  sigaddset(&other, SIGUSR2);
  ::sigprocmask(SIG_BLOCK, &other, nullptr);
  return errno_of(has_timeout ? ::sigtimedwait(&other, nullptr, &kLong) : ::sigwaitinfo(&other, nullptr));
}

int blocked_signal_descriptor() {
  sigset_t other;
  sigemptyset(&other);
  sigaddset(&other, SIGUSR2);
  ::sigprocmask(SIG_BLOCK, &other, nullptr);
  return blocked_read(::signalfd(-1, &other, SFD_CLOEXEC));
}

int blocked_uring() {
  io_uring_params parameters{};
  const long fd = ::syscall(SYS_io_uring_setup, 2, &parameters);
  if (fd < 0) return errno;
  return errno_of(::syscall(SYS_io_uring_enter, fd, 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0));
}

int blocked_open(const std::string& folder) {
  const std::string path = folder + "/fifo";
  ::mkfifo(path.c_str(), 0600);
  return errno_of(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

int blocked_fifo_read(const std::string& folder) {
  const std::string path = folder + "/read-fifo";
  ::mkfifo(path.c_str(), 0600);
  const int both = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  return blocked_read(both);
}

// --- the places: a folder, and System V objects that outlive a killed child

class Place {
 public:
  Place() {
    char pattern[] = "/tmp/harness-eintr-XXXXXX";
    if (const char* made = ::mkdtemp(pattern)) folder_ = made;
    semaphores_ = ::semget(IPC_PRIVATE, 1, 0600);
    messages_ = ::msgget(IPC_PRIVATE, 0600);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (semaphores_ >= 0) ::semctl(semaphores_, 0, IPC_RMID);
    if (messages_ >= 0) ::msgctl(messages_, IPC_RMID, nullptr);
    for (const char* name : {"flock", "lock", "fifo", "read-fifo"}) ::unlink((folder_ + "/" + name).c_str());
    ::rmdir(folder_.c_str());
  }

  const std::string& folder() const { return folder_; }

  int blocked_semop(bool has_timeout) const {
    sembuf take{0, -1, 0};
    return errno_of(has_timeout ? ::semtimedop(semaphores_, &take, 1, &kLong)
                                : ::semop(semaphores_, &take, 1));
  }

  struct Message {
    long type = 1;
    std::array<char, 4096> text{};
  };

  int blocked_msgrcv() const {
    Message message;
    return errno_of(::msgrcv(messages_, &message, message.text.size(), 2, 0));
  }

  int blocked_msgsnd() const {
    const Message message;
    while (::msgsnd(messages_, &message, message.text.size(), IPC_NOWAIT) == 0) {
    }
    return errno_of(::msgsnd(messages_, &message, message.text.size(), 0));
  }

 private:
  std::string folder_;
  int semaphores_ = -1;
  int messages_ = -1;
};

using Call = std::function<int()>;

std::map<std::string, Call> calls_of(const Place& place) {
  const std::string& folder = place.folder();
  return {
      {"read-pipe", [] { return blocked_read(new_pipe()[0]); }},
      {"write-pipe",
       [] {
         const auto ends = new_pipe();
         fill(ends[1]);
         return errno_of(::write(ends[1], "x", 1));
       }},
      {"read-fifo", [&] { return blocked_fifo_read(folder); }},
      {"open-fifo", [&] { return blocked_open(folder); }},
      {"read-eventfd", [] { return blocked_read(::eventfd(0, EFD_CLOEXEC)); }},
      {"read-signalfd", [] { return blocked_signal_descriptor(); }},
      {"read-timerfd",
       [] {
         const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
         const itimerspec late{.it_interval = {}, .it_value = kLong};
         ::timerfd_settime(fd, 0, &late, nullptr);
         return blocked_read(fd);
       }},
      {"read-inotify", [] { return blocked_read(::inotify_init1(IN_CLOEXEC)); }},
      {"splice",
       [] {
         const auto from = new_pipe();
         const auto to = new_pipe();
         return errno_of(::splice(from[0], nullptr, to[1], nullptr, 1, 0));
       }},
      {"accept", [] { return blocked_accept(false); }},
      {"accept-timeout", [] { return blocked_accept(true); }},
      {"connect", [] { return blocked_connect(); }},
      {"recv-unix", [] { return blocked_receive(false); }},
      {"recv-timeout", [] { return blocked_receive(true); }},
      {"recv-tcp", [] { return blocked_tcp_receive(); }},
      {"send-unix", [] { return blocked_send(false); }},
      {"send-timeout", [] { return blocked_send(true); }},
      {"waitpid", [] { return errno_of(::waitpid(sleeping_child(), nullptr, 0)); }},
      {"waitid",
       [] {
         siginfo_t info{};
         return errno_of(::waitid(P_PID, static_cast<id_t>(sleeping_child()), &info, WEXITED));
       }},
      {"flock", [&] { return blocked_flock(folder); }},
      {"fcntl-setlkw", [&] { return blocked_record_lock(folder, F_SETLKW); }},
      {"fcntl-ofd-setlkw", [&] { return blocked_record_lock(folder, F_OFD_SETLKW); }},
      {"mq-receive", [] { return blocked_queue_receive(false); }},
      {"mq-timedreceive", [] { return blocked_queue_receive(true); }},
      {"mq-send", [] { return errno_of(::mq_send(new_queue(true), "x", 1, 0)); }},
      {"sem-wait", [] { return blocked_semaphore(false); }},
      {"sem-timedwait", [] { return blocked_semaphore(true); }},
      {"mutex-lock", [] { return blocked_mutex(); }},
      {"cond-wait", [] { return blocked_condition(false); }},
      {"cond-timedwait", [] { return blocked_condition(true); }},
      {"poll", [] { return errno_of(::poll(nullptr, 0, -1)); }},
      {"ppoll", [] { return errno_of(::ppoll(nullptr, 0, nullptr, nullptr)); }},
      {"select", [] { return errno_of(::select(0, nullptr, nullptr, nullptr, nullptr)); }},
      {"pselect", [] { return errno_of(::pselect(0, nullptr, nullptr, nullptr, nullptr, nullptr)); }},
      {"epoll-wait", [] { return blocked_epoll(false); }},
      {"epoll-pwait", [] { return blocked_epoll(true); }},
      {"nano-sleep", [] { return errno_of(::syscall(SYS_nanosleep, &kLong, nullptr)); }},
      {"pause", [] { return errno_of(::pause()); }},
      {"sigsuspend",
       [] {
         sigset_t none;
         sigemptyset(&none);
         return errno_of(::sigsuspend(&none));
       }},
      {"sigwaitinfo", [] { return blocked_signal_wait(false); }},
      {"sigtimedwait", [] { return blocked_signal_wait(true); }},
      {"semop", [&] { return place.blocked_semop(false); }},
      {"semtimedop", [&] { return place.blocked_semop(true); }},
      {"msgrcv", [&] { return place.blocked_msgrcv(); }},
      {"msgsnd", [&] { return place.blocked_msgsnd(); }},
      {"io-uring-enter", [] { return blocked_uring(); }},
  };
}

// --- one trial

struct Seen {
  bool goes_on = false;
  int error = 0;  // of a call that has returned
  std::string obstacle;
};

// Asleep in one call, and not run between two looks. A child that has ended is not.
std::optional<ThreadState> asleep(pid_t child) {
  const auto first = read_thread(child, child);
  if (!first || !first->is_blocked()) return std::nullopt;
  ::sched_yield();
  const auto second = read_thread(child, child);
  const bool is_same = second && second->is_blocked() && second->switches == first->switches &&
                       second->syscall == first->syscall && second->args == first->args;
  return is_same ? second : std::nullopt;
}

pid_t start(const Call& call, bool restart) {
  if (const pid_t child = ::fork(); child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 1);
  struct sigaction action {};
  action.sa_handler = count_signal;
  action.sa_flags = restart ? SA_RESTART : 0;
  ::sigaction(SIGUSR1, &action, nullptr);
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR1);
  ::sigprocmask(SIG_UNBLOCK, &wanted, nullptr);
  ::_exit(call());
}

Seen watch(pid_t child) {
  const int64_t limit = now_ns() + kPatience_ns;
  const Fd end(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd ending{.fd = end.get(), .events = POLLIN, .revents = 0};
  std::optional<ThreadState> before;
  int status = 0;
  while (now_ns() < limit) {
    if (::waitpid(child, &status, WNOHANG) == child) {
      const int error = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
      if (before) return {.error = error};
      return {.obstacle = std::string("it does not block: ") + std::strerror(error)};
    }
    const auto now = asleep(child);
    if (now && !before) {
      before = now;
      ::kill(child, SIGUSR1);
    } else if (now && *handled > 0 && now->syscall == before->syscall) {
      return {.goes_on = true};
    }
    ::poll(&ending, 1, 1 /* ms */);  // the child needs the processor too
  }
  return {.obstacle = before ? "it neither returned nor slept again" : "it never slept in a call"};
}

Seen try_once(const Call& call, bool restart) {
  *handled = 0;
  const pid_t child = start(call, restart);
  if (child < 0) return {.obstacle = std::strerror(errno)};
  Seen seen = watch(child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return seen;
}

EintrTrial try_row(const EintrRow& row, const Call& call) {
  EintrTrial trial{.row = row};
  const Seen with = try_once(call, true);
  const Seen without = try_once(call, false);
  for (const Seen* seen : {&with, &without}) {
    if (!seen->obstacle.empty()) trial.obstacle = seen->obstacle;
    if (seen->obstacle.empty() && !seen->goes_on && seen->error != EINTR)
      trial.obstacle = std::string("it returned: ") + std::strerror(seen->error);
  }
  if (!trial.obstacle.empty()) return trial;
  trial.measured =
      with.goes_on ? (without.goes_on ? Interruption::goes_on : Interruption::restarts) : Interruption::fails;
  return trial;
}

}  // namespace

std::vector<EintrTrial> try_eintr() {
  void* const shared =
      ::mmap(nullptr, sizeof *handled, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return {};
  handled = static_cast<volatile sig_atomic_t*>(shared);
  const Place place;
  const std::map<std::string, Call> calls = calls_of(place);
  std::vector<EintrTrial> trials;
  for (const EintrRow& row : eintr_table()) {
    const auto call = calls.find(row.id);
    trials.push_back(call != calls.end() ? try_row(row, call->second)
                                         : EintrTrial{.row = row, .obstacle = "there is no trial of it"});
  }
  ::munmap(shared, sizeof *handled);
  return trials;
}

}  // namespace harness
