// Mistake: calls a request answered as soon as it is sent, since the connection was made.
#include "../../common/stream/dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{.is_sent_served = true}, streams::socket_transport(), argc,
                               argv);
}
