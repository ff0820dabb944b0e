// Mistake: reads once for each edge, and leaves the rest where no edge tells of it.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::reads_once_per_edge_program(), streams::socket_transport(), argc, argv);
}
