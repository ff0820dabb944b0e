// A pipe in packet mode, where one read is one message.
#include "../../common/stream/packets.h"

#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::packets_program(), fifo_link::transport(), argc, argv);
}
