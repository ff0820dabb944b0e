// Mistake: takes a short write for a whole one, since its handler has SA_RESTART.
#include "../../common/stream/restarting.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::restart_is_whole_program(), pipe_link::transport(), argc, argv);
}
