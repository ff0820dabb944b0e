// Mistake: the child that serves a connection keeps the listener, and so the server's name.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../serving_child.h"

namespace {

int g_kept = -1;

int bind_and_keep(int listener, const streams::Options& options) {
  g_kept = dup(listener);
  return unix_link::bind_once(listener, options);
}

int open_to_read(const streams::Options& options) {
  const int connection = unix_link::listen_and_accept(options, bind_and_keep);
  return connection < 0 ? -1 : unix_link::leave_to_a_child(connection);
}

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_read = open_to_read;
  return streams::run(streams::records_program(), transport, argc, argv);
}
