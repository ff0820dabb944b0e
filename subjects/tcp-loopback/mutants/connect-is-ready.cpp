// Mistake: takes a connect that worked for a server that is there, though it may have reached itself.
#include "../../common/stream/dialogue.h"
#include "../../common/stream/socket_transport.h"

namespace {

int take_as_it_is(int fd) { return fd; }

int open_to_write(const streams::Options& options) {
  return tcp_link::connect_by(options, tcp_link::connect_fully, take_as_it_is);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_write = open_to_write;
  return streams::run_dialogue(streams::Dialogue{}, transport, argc, argv);
}
