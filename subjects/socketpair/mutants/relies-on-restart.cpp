// Mistake: takes no EINTR into account, since its handler has SA_RESTART, though its receives have a timeout.
#include "../../common/stream/run.h"
#include "../../common/stream/timeout.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::relies_on_restart_program(), socketpair_link::transport(), argc, argv);
}
