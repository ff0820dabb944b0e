// Blocking calls, records with a length in front.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::records_program(), streams::socket_transport(), argc, argv);
}
