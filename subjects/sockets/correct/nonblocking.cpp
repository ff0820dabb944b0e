// Calls that do not block, and ppoll.
#include "../../common/stream/readiness.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::nonblocking_program(), streams::socket_transport(), argc, argv);
}
