// Mistake: the helper keeps the writer's end of the link open.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::helper_keeps_link_program(), streams::socket_transport(), argc, argv);
}
