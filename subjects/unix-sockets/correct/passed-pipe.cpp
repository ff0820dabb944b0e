// A pipe whose read end is passed over the link; the records go through it.
#include "../../common/stream/passed_pipe.h"
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int open_to_write(const streams::Options& options) {
  return streams::pass_pipe(streams::open_socket_to_write(options), options, streams::Passing{});
}

int open_to_read(const streams::Options& options) {
  return streams::take_pipe(streams::open_socket_to_read(options));
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_write = open_to_write;
  transport.open_to_read = open_to_read;
  return streams::run(streams::records_program(), transport, argc, argv);
}
