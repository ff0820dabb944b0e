// Mistake: waits for an interrupted connect to go on, though over a Unix socket it does not.
#include "../../common/stream/connecting.h"
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"

namespace {

int connect_and_wait(int fd, const streams::Options& options) {
  if (streams::connect_local(fd, options) == 0) return 0;
  if (errno != EINTR) return -1;
  HARNESS_PROBE("connect.interrupted");
  return tcp_link::wait_until_connected(fd);
}

}  // namespace

int main(int argc, char** argv) {
  return streams::run(streams::records_program(),
                      streams::transport_that_connects_by<connect_and_wait, tcp_link::connect_fully>(), argc,
                      argv);
}
