// Mistake: asks again and again while the link is full, instead of waiting.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::spins_program(), socketpair_link::transport(), argc, argv);
}
