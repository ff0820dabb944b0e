// Ignores SIGPIPE itself, and gives the filter that it starts the default again.
#include "../../common/stream/filter.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run_filter(pipe_link::transport(), argc, argv, streams::give_default_sigpipe);
}
