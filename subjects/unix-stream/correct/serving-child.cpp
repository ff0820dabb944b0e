// As records; each connection is served by a child, which has nothing else of the server's.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../serving_child.h"

namespace {

// The listener is closed before the child is made.
int open_to_read(const streams::Options& options) {
  const int connection = unix_link::open_to_read(options);
  return connection < 0 ? -1 : unix_link::leave_to_a_child(connection);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_read = open_to_read;
  return streams::run(streams::records_program(), transport, argc, argv);
}
