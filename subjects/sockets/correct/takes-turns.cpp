// A reader with five threads that read in turns; whoever sees the end wakes all.
#include "../../common/stream/pool.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::takes_turns_program(), streams::socket_transport(), argc, argv);
}
