// Mistake: connects by the whole sockaddr_un, whose NULs are a part of an abstract name.
#include "../../common/stream/program.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

namespace {

int connect_to_name(int fd, const streams::Options& options) {
  return connect(fd, unix_link::address_of(options), sizeof(sockaddr_un));
}

int open_to_write(const streams::Options& options) { return unix_link::connect_by(options, connect_to_name); }

}  // namespace

int main(int argc, char** argv) {
  streams::Transport transport = streams::socket_transport();
  transport.open_to_write = open_to_write;
  return streams::run(streams::records_program(), transport, argc, argv);
}
