// Mistake: takes whoever connected for the sender of all that comes, though a connection can be handed on.
#include "../../common/stream/run.h"
#include "../credentials.h"

namespace {

pid_t sender_of(int fd, pid_t) { return unix_link::peer_of(fd); }

int receive_all(streams::Run& run) { return unix_link::receive_with_senders(run, sender_of); }

}  // namespace

int main(int argc, char** argv) {
  return streams::run(unix_link::credentials_program(receive_all), unix_link::transport_with_credentials(),
                      argc, argv);
}
