// Mistake: takes the bytes that are free for room, though room is counted in pages.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::byte_credit_program(), fifo_link::transport(), argc, argv);
}
