// Mistake: counts payload against the buffer's size, though each send is charged with its overhead.
#include "../../common/stream/room.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::payload_credit_program(), socketpair_link::transport(), argc, argv);
}
