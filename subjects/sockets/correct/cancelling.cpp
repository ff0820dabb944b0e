// A dialogue in which one request is taken back; the server's word tells whether that came in time.
#include "../../common/stream/cancelling.h"

#include "../../common/stream/socket_transport.h"

namespace {

int ask(streams::Client& client) { return streams::ask_and_cancel(client, {}); }

int serve(streams::Run& run) { return streams::serve_with_cancelling(run, {}); }

}  // namespace

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               streams::Parts{.ask = ask, .serve = serve});
}
