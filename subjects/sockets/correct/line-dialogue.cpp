// Requests and answers that are lines: what a read gives beyond a line is kept.
#include "../../common/stream/line_dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv, streams::Parts{},
                               streams::line_dialogue_program());
}
