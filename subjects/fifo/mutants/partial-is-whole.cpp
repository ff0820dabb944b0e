// Mistake: takes what a write that does not block takes for the whole.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::partial_is_whole_program(), fifo_link::transport(), argc, argv);
}
