// Mistake: keeps the last byte of a path for a NUL, which a path of 108 bytes does not have.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int connect_to_name(int fd, const streams::Options& options) {
  sockaddr_un address = options.over.local;
  address.sun_path[sizeof(address.sun_path) - 1] = '\0';
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

int open_to_write(const streams::Options& options) { return unix_link::connect_by(options, connect_to_name); }

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_write = open_to_write;
  return streams::run(streams::records_program(), transport, argc, argv);
}
