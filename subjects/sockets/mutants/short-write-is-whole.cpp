// Mistake: takes a short write for a whole one.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::short_write_is_whole_program(), streams::socket_transport(), argc, argv);
}
