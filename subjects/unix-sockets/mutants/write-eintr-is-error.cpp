// Mistake: takes an interrupted write for a broken link.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::write_eintr_is_error_program(), streams::socket_transport(), argc, argv);
}
