// Mistake: takes EAGAIN for EINPROGRESS, and waits for a connection that is not under way.
#include "../../common/stream/connecting.h"
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"

namespace {

int connect_and_wait(int fd, const streams::Options& options) {
  if (streams::without_blocking(fd, [&] { return streams::connect_local(fd, options); }) == 0) return 0;
  return errno == EAGAIN || errno == EINPROGRESS ? tcp_link::wait_until_connected(fd) : -1;
}

}  // namespace

int main(int argc, char** argv) {
  return streams::run(streams::records_program(),
                      streams::transport_that_connects_by<connect_and_wait, streams::connect_tcp_at_once>(),
                      argc, argv);
}
