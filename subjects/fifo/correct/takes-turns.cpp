// A reader with five threads that read in turns; whoever sees the end wakes all.
#include "../../common/stream/pool.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::takes_turns_program(), fifo_link::transport(), argc, argv);
}
