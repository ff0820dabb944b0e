// Mistake: asks again and again while the link is full, instead of waiting.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::spins_program(), streams::socket_transport(), argc, argv);
}
