// Mistake: takes a short write for a whole one, since its handler has SA_RESTART.
#include "../../common/stream/restarting.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::restart_is_whole_program(), streams::socket_transport(), argc, argv);
}
