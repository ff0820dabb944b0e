// Mistake: calls a request failed whose answer did not come, though it may have been served.
#include "../../common/stream/dialogue.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_dialogue(streams::Dialogue{.is_lost_failed = true}, streams::socket_transport(), argc,
                               argv);
}
