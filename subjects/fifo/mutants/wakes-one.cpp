// Mistake: of five threads that read in turns the one that sees the end wakes one other.
#include "../../common/stream/pool.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::wakes_one_program(), fifo_link::transport(), argc, argv);
}
