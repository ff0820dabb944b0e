// Mistake: the helper keeps the writer's end of the link open.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::helper_keeps_link_program(), tcp_link::transport(), argc, argv);
}
