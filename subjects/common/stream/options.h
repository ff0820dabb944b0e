// What the command line of a stream program says:
//
//     PROGRAM writer|reader --at DIRECTORY [--records N] [--size BYTES] [--first ID] [--buffer BYTES]
//             [--patience MS]
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace streams {

constexpr int kSizeMax = 1 << 20;

struct Options {
  const char* role = "";
  const char* directory = ".";  // where the two ends find each other
  int records = 8;
  int size = 24;        // bytes of payload in a record
  int first = 1;        // the first record's id
  int buffer = 0;       // bytes that the kernel shall keep between the two, about; 0: as many as it likes
  int patience_ms = 0;  // how long a receive with a timeout waits
};

inline bool is_writer(const Options& options) { return strcmp(options.role, "writer") == 0; }
inline bool is_reader(const Options& options) { return strcmp(options.role, "reader") == 0; }

inline int* number_named(Options& options, const char* key) {
  if (strcmp(key, "--records") == 0) return &options.records;
  if (strcmp(key, "--size") == 0) return &options.size;
  if (strcmp(key, "--first") == 0) return &options.first;
  if (strcmp(key, "--buffer") == 0) return &options.buffer;
  if (strcmp(key, "--patience") == 0) return &options.patience_ms;
  return nullptr;
}

// Reads the role and `--key value` pairs; false when one is not understood.
inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (strcmp(argv[i], "--at") == 0) {
      options.directory = argv[i + 1];
    } else if (int* number = number_named(options, argv[i])) {
      *number = atoi(argv[i + 1]);
    } else {
      return false;
    }
  }
  return options.size > 0 && options.size <= kSizeMax;
}

// For the few things that are said to people.
inline int complain(const char* text) {
  const ssize_t written = write(STDERR_FILENO, text, strlen(text));
  return written < 0 ? 3 : 2;
}

}  // namespace streams
