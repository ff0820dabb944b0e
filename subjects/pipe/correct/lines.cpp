// Blocking calls, records that are lines of text.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::lines_program(), pipe_link::transport(), argc, argv);
}
