// As edge-triggered, with a handler that has SA_RESTART.
#include "../../common/stream/restarting.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::restarting_epoll_program(), pipe_link::transport(), argc, argv);
}
