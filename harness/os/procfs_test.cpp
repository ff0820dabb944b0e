#include "os/procfs.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE(procfs)

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
