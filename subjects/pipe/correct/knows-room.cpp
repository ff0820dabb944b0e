// As nonblocking; first tries out on a pipe of its own when there is room.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::knows_room_of_pipe_program(), pipe_link::transport(), argc, argv);
}
