// Mistake: counts on 64 KiB in every pipe, also as an ordinary user who has many.
#include "../../common/stream/many_pipes.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::counts_on_64k_program(), pipe_link::transport(), argc, argv);
}
