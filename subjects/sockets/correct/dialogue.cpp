// Requests and answers; what was not answered when the connection ended is told as unknown.
#include "../../common/stream/dialogue.h"

#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv);
}
