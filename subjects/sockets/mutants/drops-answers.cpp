// Mistake: takes a broken connection for the end before it has read the answers that came.
#include "../../common/stream/dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{.is_end_first = true}, streams::socket_transport(), argc,
                               argv);
}
