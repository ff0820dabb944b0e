// Mistake: takes whatever comes for the answer that it waits for, also one that is late.
#include "../../common/stream/patience.h"
#include "../../common/stream/socket_transport.h"

namespace {

bool is_any(int64_t, int64_t) { return true; }

int ask(streams::Client& client) { return streams::ask_with_patience(client, is_any); }

}  // namespace

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               streams::Parts{.ask = ask});
}
