// A dialogue with one request at a time; an answer that is late is dropped when it comes.
#include "../../common/stream/patience.h"
#include "../../common/stream/socket_transport.h"

namespace {

int ask(streams::Client& client) { return streams::ask_with_patience(client, streams::is_its_own); }

}  // namespace

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{}, streams::socket_transport(), argc, argv,
                               streams::Parts{.ask = ask});
}
