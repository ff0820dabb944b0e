// Each record says who sent it: the credentials come along with it.
#include "../../common/stream/run.h"
#include "../credentials.h"

namespace {

pid_t sender_of(int, pid_t came_along) { return came_along; }

int receive_all(streams::Run& run) { return unix_link::receive_with_senders(run, sender_of); }

}  // namespace

int main(int argc, char** argv) {
  return streams::run(unix_link::credentials_program(receive_all), unix_link::transport_with_credentials(),
                      argc, argv);
}
