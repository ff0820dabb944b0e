// Mistake: takes an interrupted ppoll for an error, since its handler has SA_RESTART.
#include "../../common/stream/restarting.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::wait_is_restarted_program(), streams::socket_transport(), argc, argv);
}
