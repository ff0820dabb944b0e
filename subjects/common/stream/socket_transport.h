// One transport for all stream sockets: the address says which (--over).
#pragma once

#include "given_transport.h"
#include "tcp_transport.h"
#include "unix_transport.h"

namespace streams {

inline Transport transport_over(const Address& address) {
  switch (address.kind) {
    case Address::Kind::local:
      return unix_link::transport();
    case Address::Kind::tcp:
      return tcp_link::transport();
    default:
      return given_link::transport();
  }
}

inline int open_socket_to_write(const Options& options) {
  return transport_over(options.over).open_to_write(options);
}

inline int open_socket_to_read(const Options& options) {
  return transport_over(options.over).open_to_read(options);
}

inline void forget_socket(const Options& options) { transport_over(options.over).forget(options); }

inline Transport socket_transport() {
  return {.open_to_write = open_socket_to_write,
          .open_to_read = open_socket_to_read,
          .forget = forget_socket,
          .needs_address = true};
}

}  // namespace streams
