// Mistake: takes a record that finds the link full for sent.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::drops_when_full_program(), streams::socket_transport(), argc, argv);
}
