// Mistake: takes a hang-up for the end, though what was sent before it is still unread.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::hang_up_is_end_program(), streams::socket_transport(), argc, argv);
}
