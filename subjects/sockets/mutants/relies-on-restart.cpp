// Mistake: takes no EINTR into account, since its handler has SA_RESTART, though its receives have a timeout.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/timeout.h"

int main(int argc, char** argv) {
  return streams::run(streams::relies_on_restart_program(), streams::socket_transport(), argc, argv);
}
