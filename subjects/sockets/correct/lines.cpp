// Blocking calls, records that are lines of text.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::lines_program(), streams::socket_transport(), argc, argv);
}
