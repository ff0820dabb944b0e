// Requests and answers; what was not answered when the connection ended is told as unknown.
#include "../../common/stream/dialogue.h"

#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, socketpair_link::transport(), argc, argv);
}
