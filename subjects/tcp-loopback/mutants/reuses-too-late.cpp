// Mistake: asks for SO_REUSEADDR only when bind has failed; the server before it never did.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int take_port(int listener, const sockaddr_in& own) {
  if (bind(listener, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) == 0) return 0;
  return tcp_link::bind_for_reuse(listener, own);
}

int open_to_read(const streams::Options& options) { return tcp_link::listen_and_accept(options, take_port); }

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_read = open_to_read;
  return streams::run(streams::records_program(), transport, argc, argv);
}
