// Mistake: sends a record by two writes, between which another writer's may come.
#include "../../common/stream/run.h"
#include "../../common/stream/writer_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::two_writes_program(), pipe_link::transport(), argc, argv);
}
