// Mistake: takes what one read gives for one message.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::read_is_message_program(), streams::socket_transport(), argc, argv);
}
