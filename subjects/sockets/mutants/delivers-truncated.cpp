// Mistake: takes the end of the stream for the end of the record.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::delivers_truncated_program(), streams::socket_transport(), argc, argv);
}
