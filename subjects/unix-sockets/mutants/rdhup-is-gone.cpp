// Mistake: takes a client that has closed its direction for one that has gone.
#include "../../common/stream/half_close.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               {.ask = streams::ask_and_half_close, .serve = streams::serve_while_open});
}
