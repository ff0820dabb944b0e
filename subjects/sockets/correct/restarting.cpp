// As records, with a handler that has SA_RESTART.
#include "../../common/stream/restarting.h"

#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::restarting_program(), streams::socket_transport(), argc, argv);
}
