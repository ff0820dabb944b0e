// Mistake: takes what one read gives for one line.
#include "../../common/stream/line_dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv, streams::Parts{},
                               streams::line_per_read_program());
}
