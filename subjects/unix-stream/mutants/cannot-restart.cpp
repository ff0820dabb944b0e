// Mistake: gives up when its name is taken, though only a killed server's file may lie there.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int open_to_read(const streams::Options& options) {
  return unix_link::listen_and_accept(options, unix_link::bind_once);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_read = open_to_read;
  return streams::run(streams::records_program(), transport, argc, argv);
}
