// Mistake: takes a line without its newline, at the end of the stream, for a line.
#include "../../common/stream/line_dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv, streams::Parts{},
                               streams::unterminated_is_line_program());
}
