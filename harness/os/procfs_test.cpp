#include "os/procfs.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <stdexcept>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "os/descriptors.h"

namespace harness {
namespace {

// A child that has stopped itself, having blocked SIGUSR1 and ignored SIGUSR2. It is killed in the end.
class StoppedChild {
 public:
  StoppedChild() : pid_(::fork()) {
    if (pid_ == 0) {
      sigset_t blocked;
      sigemptyset(&blocked);
      sigaddset(&blocked, SIGUSR1);
      ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
      ::signal(SIGUSR2, SIG_IGN);
      ::raise(SIGSTOP);
      ::_exit(0);
    }
    ::waitpid(pid_, nullptr, WUNTRACED);
  }
  StoppedChild(const StoppedChild&) = delete;
  StoppedChild& operator=(const StoppedChild&) = delete;
  ~StoppedChild() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// A child whose first thread has ended, with another that waits for ever. It is killed in the end.
class LeftChild {
 public:
  LeftChild() {
    if (::pipe(ends_) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      std::thread([] { ::pause(); }).detach();
      ::syscall(SYS_exit, 0);  // as pthread_exit(3) does in the end
    }
    while (read_thread(pid_, pid_)->state != 'Z') ::sched_yield();
  }
  LeftChild(const LeftChild&) = delete;
  LeftChild& operator=(const LeftChild&) = delete;
  ~LeftChild() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    for (const int end : ends_) ::close(end);
  }
  pid_t pid() const { return pid_; }
  int end() const { return ends_[0]; }

 private:
  int ends_[2] = {-1, -1};
  pid_t pid_ = -1;
};

BOOST_AUTO_TEST_SUITE(procfs)

BOOST_AUTO_TEST_CASE(a_process_has_its_memory_and_descriptors_when_its_first_thread_has_ended) {
  const uint64_t number = 4711;
  const LeftChild child;
  const auto address = reinterpret_cast<uint64_t>(&number);
  BOOST_TEST(living_thread(child.pid()) != child.pid());
  BOOST_TEST(mapping_at(child.pid(), address).has_value());
  uint64_t seen = 0;
  BOOST_TEST(read_memory(child.pid(), address, &seen, sizeof seen));
  BOOST_TEST(seen == number);
  const auto open = read_descriptor(child.pid(), child.end());
  BOOST_REQUIRE(open);
  BOOST_TEST(open->kind == "pipe");
  BOOST_TEST(open->can_read);
  // A thread can be asked for a copy since Linux 6.9 (PIDFD_THREAD).
  const Fd own(static_cast<int>(::syscall(SYS_pidfd_open, ::gettid(), O_EXCL)));
  BOOST_TEST(copy_descriptor(child.pid(), child.end()).is_open() == own.is_open());
}

BOOST_AUTO_TEST_CASE(a_process_without_threads_is_told_of_by_itself) {
  const StoppedChild child;
  BOOST_TEST(living_thread(child.pid()) == child.pid());
  BOOST_TEST(proc_folder(child.pid()) == "/proc/" + std::to_string(child.pid()));
}

// The C library has a handler for its own as soon as there is a thread.
BOOST_AUTO_TEST_CASE(the_c_librarys_own_signals_are_none_that_a_process_catches) {
  ::signal(SIGRTMIN + 3, [](int) {});
  std::thread([] {}).join();
  const std::vector<int> caught = caught_signals(::getpid());
  BOOST_TEST(std::count(caught.begin(), caught.end(), SIGRTMIN + 3) == 1);
  for (int own = 32; own < SIGRTMIN; ++own) BOOST_TEST(std::count(caught.begin(), caught.end(), own) == 0);
  ::signal(SIGRTMIN + 3, SIG_DFL);
}

BOOST_AUTO_TEST_CASE(a_signal_is_to_be_got_when_it_is_pending_and_neither_blocked_nor_ignored) {
  const StoppedChild child;
  BOOST_TEST(!may_get_signal(child.pid(), child.pid()));
  ::kill(child.pid(), SIGUSR1);
  BOOST_TEST(!may_get_signal(child.pid(), child.pid()), "it is blocked");
  ::kill(child.pid(), SIGUSR2);
  BOOST_TEST(!may_get_signal(child.pid(), child.pid()), "it is ignored");
  ::kill(child.pid(), SIGTERM);
  BOOST_TEST(may_get_signal(child.pid(), child.pid()));
}

BOOST_AUTO_TEST_CASE(the_processor_time_of_a_thread_grows_as_it_runs_and_only_then) {
  const StoppedChild child;
  const auto before = processor_time_ns_of(child.pid(), child.pid());
  if (!before) return;  // this kernel does not tell
  BOOST_TEST((processor_time_ns_of(child.pid(), child.pid()) == before));
  const auto own = processor_time_ns_of(::getpid(), ::gettid());
  for (const clock_t start = ::clock(); ::clock() - start < CLOCKS_PER_SEC / 50;) {
  }
  BOOST_TEST(*processor_time_ns_of(::getpid(), ::gettid()) - *own > 10'000'000);
}

BOOST_AUTO_TEST_CASE(a_thread_that_is_gone_has_no_time_of_its_own) {
  BOOST_TEST(!processor_time_ns_of(::getpid(), 1).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
