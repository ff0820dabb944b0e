// Mistake: keeps nothing of what came with the end of a line.
#include "../../common/stream/line_dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv, streams::Parts{},
                               streams::drops_remainder_program());
}
