// Mistake: reads the header of a packet first, whereby the rest of the packet is thrown away.
#include "../../common/stream/packets.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::header_first_program(), pipe_link::transport(), argc, argv);
}
