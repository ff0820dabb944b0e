// The client closes its direction when it has asked; the server answers then.
#include "../../common/stream/half_close.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               {.ask = streams::ask_and_half_close, .serve = streams::serve_after_the_end});
}
