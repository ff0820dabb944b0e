// Mistake: takes an interrupted wait for an interrupted receive, and makes that a second time.
#include "../../common/stream/ring.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::resubmits_on_eintr_program(), streams::socket_transport(), argc, argv);
}
