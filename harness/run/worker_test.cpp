#include "run/worker.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include <boost/test/unit_test.hpp>

#include "core/case.h"
#include "os/fd.h"
#include "run/protocol.h"

namespace harness {
namespace {

// A worker in a process of its own, and our end of its stream.
struct StartedWorker {
  Fd stream;
  pid_t process = -1;
};

StartedWorker start_worker() {
  int ends[2];
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const pid_t process = ::fork();
  if (process == 0) {
    ::close(ends[0]);
    ::_exit(serve({.stream = ends[1]}));
  }
  ::close(ends[1]);
  return {Fd(ends[0]), process};
}

// The next line; null at the end of the stream.
nlohmann::json next_line(LineReader& reader) {
  for (;;) {
    if (const auto line = reader.next()) return nlohmann::json::parse(*line);
    if (!reader.fill()) return nullptr;
  }
}

// Its one role takes the run's own /dev/shm away while that is without room, and the machine's comes to
// light.
Case case_that_loses_shm() {
  Case plan{.id = "loses-shm"};
  plan.roles.push_back({.name = "a", .command = {"/bin/sh", "-c", "umount -l /dev/shm"}});
  plan.faults.push_back(
      {.victim = "a", .at = *parse_point("syscall:umount2/enter"), .action = *parse_action("exhaust(shm)")});
  return plan;
}

BOOST_AUTO_TEST_SUITE(worker)

// A file of somebody else's on this machine.
struct Stranger {
  std::string path = "/dev/shm/stranger-" + std::to_string(::getpid());
  Stranger() { std::ofstream(path) << "mine"; }
  ~Stranger() { ::unlink(path.c_str()); }
  bool is_there() const { return ::access(path.c_str(), F_OK) == 0; }
};

BOOST_AUTO_TEST_CASE(a_worker_whose_shm_was_taken_away_touches_what_is_there_no_more) {
  if (::geteuid() != 0 || ::access("/bin/umount", X_OK) != 0) {
    BOOST_TEST_MESSAGE("only root can take /dev/shm away, with umount");
    return;
  }
  const Stranger stranger;
  const StartedWorker worker = start_worker();
  LineReader reader(worker.stream.get());
  const nlohmann::json hello = next_line(reader);
  BOOST_REQUIRE(hello.contains("hello"));
  if (hello["hello"].contains("error") || !hello["hello"]["scratch"].get<std::string>().empty() ||
      !hello["hello"].value("can_trace", false)) {
    BOOST_TEST_MESSAGE("no namespaces or no tracing here");
  } else {
    BOOST_REQUIRE(send_message(worker.stream.get(), {{"case", case_that_loses_shm()}}).ok());
    const nlohmann::json answer = next_line(reader);
    BOOST_REQUIRE_MESSAGE(answer.contains("failed"), answer.dump());
    BOOST_TEST(answer["failed"]["id"] == "loses-shm");
    BOOST_TEST(answer["failed"]["message"].get<std::string>().find("/dev/shm") != std::string::npos);
    [[maybe_unused]] const Status sent = send_message(worker.stream.get(), {{"case", Case{.id = "next"}}});
    const nlohmann::json more = next_line(reader);
    BOOST_TEST(more.is_null(), more.dump());
  }
  ::shutdown(worker.stream.get(), SHUT_RDWR);
  ::waitpid(worker.process, nullptr, 0);
  BOOST_TEST(stranger.is_there());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
