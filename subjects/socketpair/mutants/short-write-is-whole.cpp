// Mistake: takes a short write for a whole one.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::short_write_is_whole_program(), socketpair_link::transport(), argc, argv);
}
