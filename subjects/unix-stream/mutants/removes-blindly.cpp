// Mistake: removes whatever has its name, also a living server's.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int bind_always(int listener, const streams::Options& options) {
  unix_link::remove_name(options);
  return unix_link::bind_once(listener, options);
}

int open_to_read(const streams::Options& options) {
  return unix_link::listen_and_accept(options, bind_always);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_read = open_to_read;
  return streams::run(streams::records_program(), transport, argc, argv);
}
