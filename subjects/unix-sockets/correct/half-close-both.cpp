// As half-close; the client also refuses more answers than are there already.
#include "../../common/stream/half_close.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               {.ask = streams::ask_and_close_both, .serve = streams::serve_after_the_end});
}
