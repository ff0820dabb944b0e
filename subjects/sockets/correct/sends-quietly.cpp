// Sends with MSG_NOSIGNAL, and leaves SIGPIPE as it is.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::sends_quietly_program(), streams::socket_transport(), argc, argv);
}
