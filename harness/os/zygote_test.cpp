// Zygotes of a shell, which is on every machine, stripped, and none of ours.
#include "os/zygote.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "os/abilities.h"
#include "os/files.h"
#include "os/procfs.h"
#include "os/program.h"

namespace harness {
namespace {

struct Shell {
  std::string output = "/tmp/harness-zygote-test-" + std::to_string(::getpid());
  Program program = *inspect_program("/bin/sh");

  ~Shell() { ::unlink(output.c_str()); }

  Launch running(const std::string& script) const {
    return {.program = "/bin/sh",
            .command = {"sh", "-c", script},
            .stdout_path = output,
            .stderr_path = "/dev/null",
            .traced = true};
  }

  Result<std::unique_ptr<Zygote>> zygote(const std::string& script) const {
    return Zygote::start(running(script), program.entry, program.main);
  }
};

boost::test_tools::assertion_result can_trace(boost::unit_test::test_unit_id) {
  const Ability tracing = probe_tracing();
  boost::test_tools::assertion_result answer(tracing.is_there);
  answer.message() << "ptrace: " << tracing.detail;
  return answer;
}

// Lets a copy, which starts no processes, run to its end; its exit code.
int run_out(pid_t copy) {
  int status = 0;
  for (;;) {
    ::ptrace(PTRACE_CONT, copy, nullptr, nullptr);
    ::waitpid(copy, &status, __WALL);
    if (!WIFSTOPPED(status)) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

void* robust_list_of(pid_t pid) {
  void* head = nullptr;
  size_t size = 0;
  ::syscall(SYS_get_robust_list, pid, &head, &size);
  return head;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_zygote, *boost::unit_test::precondition(can_trace))

BOOST_AUTO_TEST_CASE(gives_copies_that_run_the_program_from_main_to_its_end) {
  const Shell shell;
  const auto zygote = shell.zygote("exit 7");
  BOOST_REQUIRE(zygote.ok());
  for (int i = 0; i < 3; ++i) {
    const auto copy = (*zygote)->clone();
    BOOST_REQUIRE(copy.ok());
    BOOST_TEST(run_out(*copy) == 7);
  }
}

BOOST_AUTO_TEST_CASE(is_refused_to_a_program_that_executes_another_before_its_main) {
  const Shell shell;
  // Behind the entry's call of __libc_start_main(), which does not return.
  constexpr uint64_t kNeverReached = 0x30;
  const auto zygote = Zygote::start(shell.running("exec echo ran on"), shell.program.entry,
                                    shell.program.entry + kNeverReached);
  BOOST_REQUIRE(!zygote.ok());
  BOOST_TEST(*read_file(shell.output) == "");
}

BOOST_AUTO_TEST_CASE(gives_copies_that_know_their_own_pid_and_lead_a_session_of_their_own) {
  const Shell shell;
  const auto zygote = shell.zygote(
      "read -r pid name state parent group session rest </proc/$$/stat;"
      "echo $pid $parent $group $session $$");
  BOOST_REQUIRE(zygote.ok());
  const auto copy = (*zygote)->clone();
  BOOST_REQUIRE(copy.ok());
  BOOST_TEST(run_out(*copy) == 0);
  const std::string pid = std::to_string(*copy);
  const std::string own = std::to_string(::getpid());
  // pid, parent, process group, session; and what the shell takes for its pid
  BOOST_TEST(*read_file(shell.output) == pid + " " + own + " " + pid + " " + pid + " " + pid + "\n");
}

BOOST_AUTO_TEST_CASE(gives_copies_a_robust_list_so_that_their_death_is_noticed) {
  const Shell shell;
  const auto zygote = shell.zygote("exit 0");
  BOOST_REQUIRE(zygote.ok());
  const auto copy = (*zygote)->clone();
  BOOST_REQUIRE(copy.ok());
  BOOST_TEST(robust_list_of(*copy) != nullptr);
  int32_t id = 0;  // glibc's own note of the thread's id, just before the list
  BOOST_TEST(read_memory(*copy, reinterpret_cast<uint64_t>(robust_list_of(*copy)) - 16, &id, sizeof id));
  BOOST_TEST(id == *copy);
  BOOST_TEST(run_out(*copy) == 0);
}

BOOST_AUTO_TEST_CASE(gives_a_lodger_its_own_memory_and_an_id_a_robust_list_and_descriptors_of_its_own) {
  const Shell shell;
  const auto zygote = shell.zygote("exit 0");
  BOOST_REQUIRE(zygote.ok());
  const pid_t original = (*zygote)->original();
  const auto lodger = (*zygote)->lodger();
  BOOST_REQUIRE(lodger.ok());
  BOOST_TEST(*lodger != original);
  BOOST_TEST(threads_of(*lodger).size() == 1U);
  BOOST_TEST(robust_list_of(*lodger) != nullptr);
  int32_t id = 0;
  BOOST_TEST(read_memory(original, (*zygote)->thread_id_address(), &id, sizeof id));
  BOOST_TEST(id == *lodger);
  BOOST_TEST(::syscall(SYS_kcmp, *lodger, original, KCMP_VM, 0, 0) == 0);
  BOOST_TEST(::syscall(SYS_kcmp, *lodger, original, KCMP_FILES, 0, 0) != 0);
  kill_and_reap(*lodger);
  const auto copy = (*zygote)->clone();  // the original has outlived its lodger
  BOOST_REQUIRE(copy.ok());
  BOOST_TEST(run_out(*copy) == 0);
}

BOOST_AUTO_TEST_CASE(gives_each_copy_its_own_descriptors_by_the_numbers_that_were_ordered_and_no_other) {
  const Shell shell;
  Launch order = shell.running("read -r word; echo $word >&3; echo $word >&7");
  order.descriptors = {{0, -1}, {3, -1}, {7, -1}};
  const auto zygote = Zygote::start(order, shell.program.entry, shell.program.main);
  BOOST_REQUIRE(zygote.ok());
  for (const std::string word : {"one", "two"}) {
    int in[2];
    int third[2];
    int seventh[2];
    for (int* ends : {in, third, seventh}) BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const auto copy = (*zygote)->clone({{0, in[0]}, {3, third[1]}, {7, seventh[1]}});
    BOOST_REQUIRE(copy.ok());
    BOOST_TEST(open_files_of(*copy) == 5);
    ::dprintf(in[1], "%s\n", word.c_str());
    for (const int ours : {in[0], third[1], seventh[1]}) ::close(ours);
    BOOST_TEST(run_out(*copy) == 0);
    std::array<char, 64> text{};
    BOOST_TEST(::read(third[0], text.data(), text.size()) > 0);
    BOOST_TEST(std::string(text.data()) == word + "\n");
    text.fill(0);
    BOOST_TEST(::read(seventh[0], text.data(), text.size()) > 0);
    BOOST_TEST(std::string(text.data()) == word + "\n");
    for (const int ours : {in[1], third[0], seventh[0]}) ::close(ours);
  }
}

BOOST_AUTO_TEST_CASE(leaves_no_process_when_it_goes) {
  const Shell shell;
  { BOOST_REQUIRE(shell.zygote("exit 0").ok()); }
  BOOST_TEST(children_of(::getpid()).empty());
}

BOOST_AUTO_TEST_CASE(is_refused_where_main_is_not_known) {
  const Shell shell;
  const auto zygote = Zygote::start(shell.running("exit 0"), shell.program.entry, 0);
  BOOST_TEST(!zygote.ok());
  BOOST_TEST(zygote.error().message == "its main was not found");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace harness
