// Mistake: waits for the end of the stream though the mark has said that nothing more will come.
#include "../../common/stream/end_mark.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::waits_beyond_mark_program(), streams::socket_transport(), argc, argv);
}
