// Mistake: takes what a write that does not block takes for the whole.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::partial_is_whole_program(), streams::socket_transport(), argc, argv);
}
