// Mistake: leaves SIGPIPE as it is, and dies of it without a word.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::dies_of_sigpipe_program(), unix_link::transport(), argc, argv);
}
