#include "os/descriptors.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <csignal>
#include <map>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

std::string kind_of(const Fd& descriptor) {
  BOOST_TEST_REQUIRE(descriptor.is_open());
  const auto open = read_descriptor(::getpid(), descriptor.get());
  BOOST_TEST_REQUIRE(open.has_value());
  return open->kind;
}

BOOST_AUTO_TEST_SUITE(descriptors)

BOOST_AUTO_TEST_CASE(what_no_path_leads_to_is_told_apart_by_its_kind) {
  sigset_t none;
  ::sigemptyset(&none);
  std::map<std::string, Fd> made;
  made["eventfd"] = Fd(::eventfd(0, EFD_CLOEXEC));
  made["epoll"] = Fd(::epoll_create1(EPOLL_CLOEXEC));
  made["timerfd"] = Fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  made["signalfd"] = Fd(::signalfd(-1, &none, SFD_CLOEXEC));
  made["inotify"] = Fd(::inotify_init1(IN_CLOEXEC));
  made["pidfd"] = Fd(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  for (const std::string& kind : anonymous_kinds()) BOOST_TEST(kind_of(made[kind]) == kind);
  BOOST_TEST(made.size() == anonymous_kinds().size());
}

BOOST_AUTO_TEST_CASE(streams_and_files_give_parts_and_packets_and_counters_do_not) {
  int ends[2] = {-1, -1};
  BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  const Fd one(ends[0]);
  const Fd other(ends[1]);
  BOOST_TEST(gives_whole_records(kind_of(one)));
  BOOST_TEST(gives_whole_records(kind_of(Fd(::eventfd(0, EFD_CLOEXEC)))));
  BOOST_TEST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Fd reading(ends[0]);
  const Fd writing(ends[1]);
  BOOST_TEST(!gives_whole_records(kind_of(reading)));
  BOOST_TEST(!gives_whole_records("file"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
