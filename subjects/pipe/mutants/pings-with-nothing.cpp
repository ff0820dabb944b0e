// Mistake: takes a write of nothing that succeeds for a sign that somebody reads, and leaves SIGPIPE as it
// is.
#include "../../common/stream/broken_link.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::pings_with_nothing_program(), pipe_link::transport(), argc, argv);
}
