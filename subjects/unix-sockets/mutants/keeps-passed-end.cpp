// Mistake: the writer keeps its copy of the read end that it has passed, and so is a reader of its own pipe.
#include "../../common/stream/passed_pipe.h"
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int open_to_write(const streams::Options& options) {
  return streams::pass_pipe(streams::open_socket_to_write(options), options,
                            streams::Passing{.is_copy_closed = false});
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
