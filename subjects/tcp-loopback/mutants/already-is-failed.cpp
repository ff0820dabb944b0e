// Mistake: begins an interrupted connect a second time, and takes EALREADY for a failure.
#include "../../common/stream/connecting.h"
#include "../../common/stream/run.h"

int main(int argc, char** argv) {
  return streams::run(
      streams::records_program(),
      streams::transport_that_connects_by<streams::connect_local, streams::connect_interrupted>(), argc,
      argv);
}
