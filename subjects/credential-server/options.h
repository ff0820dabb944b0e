// PROGRAM server|client --over unix://PATH [--requests N] [--first ID] [--clients N] [--become UID] [--when
// before|between]
//         [--claim UID]
#pragma once

#include <sys/types.h>

#include <cstdlib>
#include <cstring>

#include "../common/stream/address.h"

namespace credentials {

constexpr uid_t kNobody = 65534;

struct Options {
  const char* role = "";
  streams::Address over;
  int requests = 2;
  int first = 1;
  int clients = 1;         // that the server serves, one after another
  int become = 0;          // the user that the client becomes; 0: it stays what it is
  bool is_before = false;  // whether it does so before it connects, or between its requests
  int claim = 0;           // the user that it claims to be; 0: none
};

inline bool read_option(const char* key, const char* value, Options& options) {
  if (strcmp(key, "--over") == 0) return streams::read_address(value, options.over) == nullptr;
  if (strcmp(key, "--when") == 0) {
    options.is_before = strcmp(value, "before") == 0;
    return true;
  }
  int* number = strcmp(key, "--requests") == 0  ? &options.requests
                : strcmp(key, "--first") == 0   ? &options.first
                : strcmp(key, "--clients") == 0 ? &options.clients
                : strcmp(key, "--become") == 0  ? &options.become
                : strcmp(key, "--claim") == 0   ? &options.claim
                                                : nullptr;
  if (number != nullptr) *number = atoi(value);
  return number != nullptr;
}

inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (!read_option(argv[i], argv[i + 1], options)) return false;
  }
  return options.over.kind == streams::Address::Kind::local;
}

}  // namespace credentials
