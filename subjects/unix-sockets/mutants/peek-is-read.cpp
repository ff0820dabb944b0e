// Mistake: takes what a peek shows for taken.
#include "../../common/stream/peek.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::peek_is_read_program(), streams::socket_transport(), argc, argv);
}
