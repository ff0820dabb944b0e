// Mistake: looks whether it shall stop when a read says EINTR, which SA_RESTART keeps from happening.
#include "../../common/stream/run.h"
#include "../../common/stream/stoppable.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::waits_for_eintr_program(), pipe_link::transport(), argc, argv);
}
