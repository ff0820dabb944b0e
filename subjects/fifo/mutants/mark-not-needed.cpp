// Mistake: takes any end of the stream for the end of the work, though the mark is missing.
#include "../../common/stream/end_mark.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::mark_not_needed_program(), fifo_link::transport(), argc, argv);
}
