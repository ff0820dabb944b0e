// As nonblocking; first tries out on sockets of its own when there is room.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::knows_room_of_socket_program(), streams::socket_transport(), argc, argv);
}
