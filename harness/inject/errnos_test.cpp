#include "inject/errnos.h"

#include <cerrno>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(errnos)

BOOST_AUTO_TEST_CASE(what_the_page_has_is_not_refused) {
  BOOST_TEST(why_never("write", ENOSPC, "file") == "");
  BOOST_TEST(why_never("write", EPIPE, "pipe") == "");
  BOOST_TEST(why_never("read", ECONNRESET, "tcp") == "");
  BOOST_TEST(why_never("write", EAGAIN, "") == "");
}

BOOST_AUTO_TEST_CASE(an_error_of_another_call_is_refused_with_the_page_and_what_there_is_instead) {
  BOOST_TEST(
      why_never("shutdown", ECHILD, "") ==
      "shutdown never fails with ECHILD: shutdown(2) does not have it; it may fail with EBADF, EINVAL, "
      "ENOTCONN, ENOTSOCK");
}

BOOST_AUTO_TEST_CASE(an_error_of_another_kind_of_descriptor_is_refused) {
  BOOST_TEST(why_never("write", ENOSPC, "pipe")
                 .starts_with("write on a descriptor of the kind pipe never fails with ENOSPC: write(2) has "
                              "it for file other only; it may "
                              "fail with EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EPIPE"));
  BOOST_TEST(why_never("read", EINTR, "file") != "");
  BOOST_TEST(why_never("read", ECONNRESET, "pipe") != "");
  BOOST_TEST(why_never("close", EINTR, "tcp") != "");
}

BOOST_AUTO_TEST_CASE(of_a_call_that_is_not_in_the_table_nothing_is_said) {
  BOOST_TEST(why_never("io_uring_enter", EIO, "") == "");
  BOOST_TEST(!has_errnos("io_uring_enter"));
}

BOOST_AUTO_TEST_CASE(the_world_gives_what_no_argument_causes_and_what_a_call_that_is_not_run_can_tell) {
  using Names = std::vector<std::string>;
  BOOST_TEST(errors_of_world("write", "file") == (Names{"EDQUOT", "EFBIG", "EIO", "ENOSPC", "EPERM"}));
  BOOST_TEST(errors_of_world("read", "unix-stream") == (Names{"ECONNRESET", "ENOMEM"}));
  BOOST_TEST(errors_of_world("mmap", "") == Names{"ENOMEM"});
  // EPIPE comes with SIGPIPE, and a close(2) that fails has closed all the same.
  BOOST_TEST(errors_of_world("write", "pipe").empty());
  BOOST_TEST(errors_of_world("close", "file").empty());
  BOOST_TEST(errors_of_world("brk", "").empty());
  BOOST_TEST(errors_of_world("msgsnd", "") == (Names{"EACCES", "EIDRM", "ENOMEM"}));
  BOOST_TEST(errors_of_world("semop", "") == (Names{"EIDRM", "ENOMEM"}));
  BOOST_TEST(errors_of_world("shmget", "") == (Names{"EACCES", "ENFILE", "ENOENT", "ENOMEM", "ENOSPC"}));
  BOOST_TEST(errors_of_world("epoll_ctl", "") == (Names{"ENOMEM", "ENOSPC"}));
  BOOST_TEST(errors_of_world("clone", "") == Names{"ENOMEM"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
