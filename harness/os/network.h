// Network: a network namespace with the loopback alone in it (network_namespaces(7)), into which processes
// are started. Ports and abstract socket names there are nobody else's, and nothing of an earlier case waits
// there.
#pragma once

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// Makes one; it ends when the last process in it and this descriptor are gone. The kernel chooses ports in it
// from first_port to last_port, or as it likes when they are 0. Errors: unavailable, where that is denied.
Result<Fd> make_network(int first_port, int last_port);

}  // namespace harness
