// Mistake: leaves SIGPIPE as it is, and dies of it without a word.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::dies_of_sigpipe_program(), streams::socket_transport(), argc, argv);
}
