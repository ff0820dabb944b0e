// Mistake: takes EAGAIN for too much at once, and sends a record in smaller pieces.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::sends_in_pieces_program(), fifo_link::transport(), argc, argv);
}
