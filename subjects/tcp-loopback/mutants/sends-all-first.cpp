// Mistake: sends everything before it reads anything, so that both sides wait for room.
#include "../../common/stream/dialogue.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{.window = 1 << 30}, tcp_link::transport(), argc, argv);
}
