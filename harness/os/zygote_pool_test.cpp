// Copies of this very program: what they are told in place of a case is to run the one test below.
#include "os/zygote_pool.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "os/abilities.h"
#include "os/files.h"
#include "os/program.h"
#include "os/syscalls.h"

extern "C" __attribute__((used)) void harness_take_role(char** environment) { environ = environment; }

namespace harness {
namespace {

constexpr int kGivenNumber = 7;
constexpr const char* kFaults = "HARNESS_TEST_FAULTS";

// It would come again whenever the instruction is tried again.
__attribute__((constructor)) void fault_before_main() {
  if (std::getenv(kFaults) != nullptr) *const_cast<volatile int*>(static_cast<int*>(nullptr)) = 1;
}

boost::test_tools::assertion_result can_copy(boost::unit_test::test_unit_id) {
  const Ability tracing = probe_tracing();
  const bool is_copy = std::getenv("HARNESS_TEST_ROLE") != nullptr;  // which was not told what to run
  boost::test_tools::assertion_result answer(tracing.is_there && !is_copy);
  answer.message() << "ptrace: " << tracing.detail;
  return answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_copy, *boost::unit_test::disabled())

BOOST_AUTO_TEST_CASE(tells_its_role) {
  ::getppid();
  std::printf("%s\n", std::getenv("HARNESS_TEST_ROLE"));
}

BOOST_AUTO_TEST_CASE(writes_into_its_descriptor) {
  const std::string role = std::getenv("HARNESS_TEST_ROLE");
  BOOST_TEST(::write(kGivenNumber, role.data(), role.size()) == static_cast<ssize_t>(role.size()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_pool_of_zygotes, *boost::unit_test::precondition(can_copy))

struct Copied {
  Program program = *inspect_program("/proc/self/exe");
  std::string output = "/tmp/harness-zygote-pool-test-" + std::to_string(::getpid());

  ~Copied() { ::unlink(output.c_str()); }

  CopiedProgram told() const {
    return {.entry = program.entry, .main = program.main, .take_role = program.take_role, .version = 1};
  }

  // LeakSanitizer, where this is compiled with it, cannot look at a process that is traced.
  Launch order(const std::string& role) const {
    return {
        .program = program.path,
        .command = {program.path, "--run_test=a_copy/" + role, "--log_level=nothing", "--report_level=no"},
        .environment = {{"ASAN_OPTIONS", "detect_leaks=0"}},
        .role_environment = {{"HARNESS_TEST_ROLE", role}},
        .stdout_path = output,
        .stderr_path = "/dev/null",
        .traced = true};
  }
};

struct Ended {
  int code = -1;
  int stops = 0;  // by the filter
};

Ended run_out(pid_t copy) {
  Ended ended;
  for (int status = 0;;) {
    ::ptrace(PTRACE_CONT, copy, nullptr, nullptr);
    ::waitpid(copy, &status, __WALL);
    if (WIFSTOPPED(status)) {
      ended.stops += status >> 16 == PTRACE_EVENT_SECCOMP ? 1 : 0;
      continue;
    }
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
  }
}

BOOST_AUTO_TEST_CASE(has_none_of_a_program_that_faults_before_its_main) {
  const Copied copied;
  ZygotePool pool;
  Launch order = copied.order("tells_its_role");
  order.environment = {{kFaults, "1"}};
  BOOST_TEST(pool.find(order, copied.told()) == nullptr);
  BOOST_TEST(pool.find(copied.order("tells_its_role"), copied.told()) != nullptr);
}

BOOST_AUTO_TEST_CASE(finds_a_zygote_again_by_the_same_orders_and_not_by_others) {
  const Copied copied;
  ZygotePool pool;
  Zygote* const first = pool.find(copied.order("tells_its_role"), copied.told());
  BOOST_REQUIRE(first != nullptr);
  BOOST_TEST(pool.find(copied.order("another"), copied.told()) != first);
  BOOST_TEST(pool.find(copied.order("tells_its_role"), copied.told()) == first);
}

BOOST_AUTO_TEST_CASE(loads_a_program_once_for_all_its_orders) {
  const Copied copied;
  ZygotePool pool;
  pool.find(copied.order("tells_its_role"), copied.told());
  pool.find(copied.order("another"), copied.told());
  BOOST_TEST(pool.loaded() == 1);
}

BOOST_AUTO_TEST_CASE(loads_a_program_for_each_order_where_it_cannot_be_told_of_its_role) {
  const Copied copied;
  CopiedProgram told = copied.told();
  told.take_role = 0;
  ZygotePool pool;
  pool.find(copied.order("tells_its_role"), told);
  pool.find(copied.order("another"), told);
  BOOST_TEST(pool.loaded() == 2);
}

BOOST_AUTO_TEST_CASE(gives_a_copy_the_words_environment_and_output_of_its_order) {
  const Copied copied;
  ZygotePool pool;
  pool.find(copied.order("another"), copied.told());
  Zygote* const zygote = pool.find(copied.order("tells_its_role"), copied.told());
  BOOST_REQUIRE(zygote != nullptr);
  const auto copy = zygote->clone();
  BOOST_REQUIRE(copy.ok());
  BOOST_TEST(run_out(*copy).code == 0);
  BOOST_TEST(read_file(copied.output)->find("tells_its_role\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(gives_a_copy_the_filter_of_its_order) {
  const Copied copied;
  ZygotePool pool;
  pool.find(copied.order("another"), copied.told());
  Launch order = copied.order("tells_its_role");
  order.filter = *trace_filter({SYS_getppid});
  Zygote* const zygote = pool.find(order, copied.told());
  BOOST_REQUIRE(zygote != nullptr);
  const auto copy = zygote->clone();
  BOOST_REQUIRE(copy.ok());
  BOOST_TEST(run_out(*copy).stops == 1);
}

BOOST_AUTO_TEST_CASE(gives_a_copy_the_descriptors_of_its_order_and_no_other) {
  const Copied copied;
  ZygotePool pool;
  pool.find(copied.order("tells_its_role"), copied.told());
  Launch order = copied.order("writes_into_its_descriptor");
  order.descriptors = {{kGivenNumber, -1}};
  Zygote* const zygote = pool.find(order, copied.told());
  BOOST_REQUIRE(zygote != nullptr);
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const auto copy = zygote->clone({{kGivenNumber, ends[1]}});
  BOOST_REQUIRE(copy.ok());
  ::close(ends[1]);
  std::string numbers;
  for (int number = 0; number < 128; ++number) {
    const std::string link = "/proc/" + std::to_string(*copy) + "/fd/" + std::to_string(number);
    if (::access(link.c_str(), F_OK) == 0) numbers += std::to_string(number) + " ";
  }
  BOOST_TEST(run_out(*copy).code == 0);
  std::array<char, 64> text{};
  BOOST_TEST(::read(ends[0], text.data(), text.size() - 1) > 0);
  BOOST_TEST(std::string(text.data()) == "writes_into_its_descriptor");
  BOOST_TEST(numbers == "0 1 2 7 ");
  ::close(ends[0]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
