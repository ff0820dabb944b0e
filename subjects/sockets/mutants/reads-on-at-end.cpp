// Mistake: takes the end of the stream for "nothing there yet" and reads on.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::reads_on_at_end_program(), streams::socket_transport(), argc, argv);
}
