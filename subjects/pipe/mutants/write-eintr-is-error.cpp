// Mistake: takes an interrupted write for a broken link.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::write_eintr_is_error_program(), pipe_link::transport(), argc, argv);
}
