// Mistake: calls a request failed as soon as it is taken back, though it may have been served.
#include "../../common/stream/cancelling.h"
#include "../../common/stream/socket_transport.h"

namespace {

int ask(streams::Client& client) { return streams::ask_and_cancel(client, {.is_cancel_certain = true}); }

int serve(streams::Run& run) { return streams::serve_with_cancelling(run, {}); }

}  // namespace

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               streams::Parts{.ask = ask, .serve = serve});
}
