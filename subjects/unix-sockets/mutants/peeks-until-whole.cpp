// Mistake: peeks until all of a record is there, and waits by poll in between, which does not wait.
#include "../../common/stream/peek.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::peeks_until_whole_program(), streams::socket_transport(), argc, argv);
}
