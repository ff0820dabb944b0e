// Mistake: drops a record that is cut off, and tells nobody.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::drops_truncated_program(), streams::socket_transport(), argc, argv);
}
