// A shell is told of, call by call, by the kernel alone.
#include "os/notifier.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include <boost/test/unit_test.hpp>

#include "os/abilities.h"
#include "os/files.h"
#include "os/launch.h"

namespace harness {
namespace {

boost::test_tools::assertion_result can_notify(boost::unit_test::test_unit_id) {
  const Ability notification = probe_notification();
  boost::test_tools::assertion_result answer(notification.is_there);
  answer.message() << "user notification: " << notification.detail;
  return answer;
}

struct NotifyingShell {
  std::string output = "/tmp/harness-notifier-test-" + std::to_string(::getpid());
  Notifier notifier;
  pid_t pid = 0;

  NotifyingShell(const std::string& script, long call) {
    Fd listener;
    const auto started = launch({.program = "/bin/sh",
                                 .command = {"sh", "-c", script},
                                 .stdout_path = output,
                                 .stderr_path = "/dev/null",
                                 .filter = *notify_filter({call}),
                                 .listener = &listener});
    BOOST_REQUIRE(started.ok());
    pid = *started;
    notifier.add(3, pid, std::move(listener));
  }
  NotifyingShell(const NotifyingShell&) = delete;
  NotifyingShell& operator=(const NotifyingShell&) = delete;
  ~NotifyingShell() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    ::unlink(output.c_str());
  }

  // The next call, or nothing once the shell has ended.
  std::optional<NotifiedCall> next() {
    const Fd end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    while (!notifier.descriptors().empty()) {
      pollfd states[] = {{end.get(), POLLIN, 0}, {notifier.descriptors().front(), POLLIN, 0}};
      ::poll(states, 2, -1);
      if (states[0].revents != 0) return std::nullopt;
      if (const auto call = notifier.poll()) return call;
    }
    return std::nullopt;
  }

  std::string said() const { return *read_file(output); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier, *boost::unit_test::precondition(can_notify))

BOOST_AUTO_TEST_CASE(a_call_waits_until_it_is_let_run) {
  NotifyingShell shell("echo one; echo two", SYS_write);
  const auto first = shell.next();
  BOOST_REQUIRE(first);
  BOOST_TEST(first->role == 3);
  BOOST_TEST(first->call == SYS_write);
  BOOST_TEST(first->args[2] == 4U);
  BOOST_TEST(shell.notifier.holds(shell.pid));
  BOOST_TEST(shell.said().empty());
  BOOST_TEST(shell.notifier.let_run(shell.pid));
  const auto second = shell.next();
  BOOST_REQUIRE(second);
  BOOST_TEST(shell.said() == "one\n");
  shell.notifier.let_run(shell.pid);
  BOOST_TEST(!shell.next());
  BOOST_TEST(shell.said() == "one\ntwo\n");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_failed_is_not_made) {
  NotifyingShell shell("echo one && echo two", SYS_write);
  BOOST_REQUIRE(shell.next());
  BOOST_TEST(shell.notifier.fail(shell.pid, ENOSPC).ok());
  BOOST_TEST(!shell.notifier.holds(shell.pid));
  BOOST_TEST(shell.notifier.let_run(shell.pid), "it goes on by the answer: no signal has to wake it");
  BOOST_TEST(!shell.notifier.let_run(shell.pid), "once only");
  while (shell.next()) shell.notifier.let_run(shell.pid);
  BOOST_TEST(shell.said().empty());
}

BOOST_AUTO_TEST_CASE(a_signal_does_not_take_a_call_back_that_was_told_of) {
  NotifyingShell shell("trap 'true' USR1; echo one", SYS_write);
  BOOST_REQUIRE(shell.next());
  ::kill(shell.pid, SIGUSR1);
  BOOST_TEST(shell.notifier.let_run(shell.pid));
  BOOST_TEST(!shell.next());
  BOOST_TEST(shell.said() == "one\n");
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_at_its_call_has_not_made_it) {
  NotifyingShell shell("echo one", SYS_write);
  BOOST_REQUIRE(shell.next());
  ::kill(shell.pid, SIGKILL);
  BOOST_TEST(!shell.next());
  BOOST_TEST(shell.said().empty());
}

BOOST_AUTO_TEST_CASE(calls_of_children_are_let_run) {
  NotifyingShell shell("(echo one); echo two", SYS_write);
  const auto call = shell.next();
  BOOST_REQUIRE(call);
  BOOST_TEST(call->pid == shell.pid);
  BOOST_TEST(shell.said() == "one\n");
  shell.notifier.let_run(shell.pid);
  BOOST_TEST(!shell.next());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
