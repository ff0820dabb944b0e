// Mistake: takes an interrupted read for the end of the stream.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::eintr_is_end_program(), streams::socket_transport(), argc, argv);
}
