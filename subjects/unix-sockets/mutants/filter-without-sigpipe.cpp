// Mistake: starts a filter while SIGPIPE is ignored, which fork and exec pass on.
#include "../../common/stream/filter.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_filter(streams::socket_transport(), argc, argv, streams::leave_sigpipe_ignored);
}
