// A reader with five threads that all wait for the end.
#include "../../common/stream/pool.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::all_wait_program(), streams::socket_transport(), argc, argv);
}
