// Blocking calls, records with a length in front.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::records_program(), fifo_link::transport(), argc, argv);
}
