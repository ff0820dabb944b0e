// As records; connects without blocking.
#include "../../common/stream/connecting.h"
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"

int main(int argc, char** argv) {
  return streams::run(
      streams::records_program(),
      streams::transport_that_connects_by<streams::connect_local_at_once, streams::connect_tcp_at_once>(),
      argc, argv);
}
