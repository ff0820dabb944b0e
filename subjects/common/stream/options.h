// What the command line of a stream program says:
//
//     PROGRAM writer|reader --at DIRECTORY [--over ADDRESS] [--records N] [--size BYTES] [--first ID]
//             [--buffer BYTES] [--patience MS] [--backlog N] [--turn-away N] [--tries N]
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "address.h"

namespace streams {

constexpr int kSizeMax = 1 << 20;

struct Options {
  const char* role = "";
  const char* directory = ".";  // where the two ends find each other
  Address over;                 // the address at which they meet, where their link is of sockets
  int records = 8;
  int size = 24;        // bytes of payload in a record
  int first = 1;        // the first record's id
  int buffer = 0;       // bytes that the kernel shall keep between the two, about; 0: as many as it likes
  int patience_ms = 0;  // how long a receive with a timeout waits
  int backlog = 8;      // connections that may wait until the reader accepts them
  int turn_away = 0;    // connections that the reader closes before it takes one
  int tries = 1;        // how often a client tries to connect
};

inline bool is_writer(const Options& options) { return strcmp(options.role, "writer") == 0; }
inline bool is_reader(const Options& options) { return strcmp(options.role, "reader") == 0; }

inline int* number_named(Options& options, const char* key) {
  if (strcmp(key, "--records") == 0) return &options.records;
  if (strcmp(key, "--size") == 0) return &options.size;
  if (strcmp(key, "--first") == 0) return &options.first;
  if (strcmp(key, "--buffer") == 0) return &options.buffer;
  if (strcmp(key, "--patience") == 0) return &options.patience_ms;
  if (strcmp(key, "--backlog") == 0) return &options.backlog;
  if (strcmp(key, "--turn-away") == 0) return &options.turn_away;
  if (strcmp(key, "--tries") == 0) return &options.tries;
  return nullptr;
}

// For the few things that are said to people.
inline int complain(const char* text) {
  const ssize_t written = write(STDERR_FILENO, text, strlen(text));
  return written < 0 ? 3 : 2;
}

inline bool take_address(const char* text, Address& address) {
  const char* mistake = read_address(text, address);
  if (mistake == nullptr) return true;
  char line[512];
  snprintf(line, sizeof(line), "--over %s %s\n", text, mistake);
  complain(line);
  return false;
}

// Reads the role and `--key value` pairs; false when one is not understood.
inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--at") == 0) {
      options.directory = argv[i + 1];
    } else if (strcmp(argv[i], "--over") == 0) {
      if (!take_address(argv[i + 1], options.over)) return false;
    } else if (int* number = number_named(options, argv[i])) {
      *number = atoi(argv[i + 1]);
    } else {
      return false;
    }
  }
  return options.size > 0 && options.size <= kSizeMax;
}

}  // namespace streams
