// Mistake: sends everything before it reads anything, so that both sides wait for room.
#include "../../common/stream/dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{.window = 1 << 30}, streams::socket_transport(), argc, argv);
}
