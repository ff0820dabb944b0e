// Mistake: takes any end of the stream for the end of the work, though the mark is missing.
#include "../../common/stream/end_mark.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::mark_not_needed_program(), streams::socket_transport(), argc, argv);
}
