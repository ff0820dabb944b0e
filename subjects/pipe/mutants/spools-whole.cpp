// Mistake: keeps all records in a pipe of its own before it sends them, since they have fewer bytes than it.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::spools_whole_program(), pipe_link::transport(), argc, argv);
}
