// Mistake: takes an interrupted connect for one that failed.
#include "../../common/stream/connecting.h"
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"

namespace {

int tell_interruption(int result) {
  const int saved_errno = errno;
  if (result != 0 && saved_errno == EINTR) HARNESS_PROBE("connect.interrupted");
  errno = saved_errno;
  return result;
}

int connect_local_once(int fd, const streams::Options& options) {
  return tell_interruption(streams::connect_local(fd, options));
}

int connect_tcp_once(int fd, const sockaddr_in& server) {
  return tell_interruption(streams::connect_tcp(fd, server));
}

}  // namespace

int main(int argc, char** argv) {
  return streams::run(streams::records_program(),
                      streams::transport_that_connects_by<connect_local_once, connect_tcp_once>(), argc,
                      argv);
}
