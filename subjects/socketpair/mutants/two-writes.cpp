// Mistake: sends a record by two writes, between which another writer's may come.
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"
#include "../../common/stream/writer_mistakes.h"

int main(int argc, char** argv) {
  return streams::run(streams::two_writes_program(), streams::socket_transport(), argc, argv);
}
