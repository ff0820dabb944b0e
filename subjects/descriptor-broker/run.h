// main() of the programs that pass descriptors.
#pragma once

#include <csignal>

#include "broker.h"
#include "worker.h"

namespace descriptors {

inline int run(const Broker& broker, const Worker& worker, int argc, char** argv) {
  Options options;
  signal(SIGPIPE, SIG_IGN);
  if (!read_options(argc, argv, options)) return 2;
  if (strcmp(options.role, "broker") == 0) return work_as_broker(broker, options);
  if (strcmp(options.role, "worker") == 0) return work_as_worker(worker, options, argv[0]);
  return strcmp(options.role, "helper") == 0 ? work_as_helper() : 2;
}

}  // namespace descriptors
