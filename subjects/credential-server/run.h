// main() of the programs that go by credentials.
#pragma once

#include "client.h"
#include "server.h"

namespace credentials {

inline int run(Identify identify, int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) return 2;
  if (strcmp(options.role, "server") == 0) return work_as_server(identify, options);
  return strcmp(options.role, "client") == 0 ? work_as_client(options) : 2;
}

}  // namespace credentials
