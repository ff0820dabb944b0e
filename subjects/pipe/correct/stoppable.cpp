// A reader that a signal tells to stop, which comes in during its ppoll only.
#include "../../common/stream/stoppable.h"

#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::stoppable_program(), pipe_link::transport(), argc, argv);
}
