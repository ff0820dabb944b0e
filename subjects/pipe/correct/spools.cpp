// Keeps its records in a pipe of its own, and empties it when it is full.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::spools_program(), pipe_link::transport(), argc, argv);
}
