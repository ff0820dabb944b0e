// What the command line of a message program says; see ../README.md.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace messages {

constexpr int kSizeMax = 1 << 19;

struct Options {
  const char* role = "";
  const char* directory = ".";  // where the two sides find each other
  const char* name = "";        // of a POSIX queue
  int messages = 8;
  int size = 24;     // bytes of payload in a message
  int large = 0;     // bytes of payload in the second message, where they are others
  int first = 1;     // the first message's id
  int depth = 4;     // messages that the queue shall hold, where that can be chosen
  int urgent = 0;    // every so many messages one is urgent; 0: none
  int empty = 0;     // the id of a message without a byte; 0: none, -1: all
  int buffer = 0;    // bytes that the receiver has room for; 0: enough
  int room = 0;      // bytes that a socket shall have room for; 0: as many as it likes
  int senders = 1;   // how many senders the receiver serves
  int expected = 0;  // how many messages the receiver serves; 0: all that its senders live to send
  int stays = 0;     // 1: the sender lives until the receiver has ended
};

inline bool is_sender(const Options& options) { return strcmp(options.role, "sender") == 0; }
inline bool is_receiver(const Options& options) { return strcmp(options.role, "receiver") == 0; }
// Takes one message beside the receiver, where a program has such a role.
inline bool is_helper(const Options& options) { return strcmp(options.role, "helper") == 0; }
// Removes the queue under its users, as an administrator may.
inline bool is_remover(const Options& options) { return strcmp(options.role, "remover") == 0; }

struct NumberOption {
  const char* key;
  int Options::*number;
};

constexpr NumberOption kNumbers[] = {
    {"--messages", &Options::messages}, {"--size", &Options::size},       {"--large", &Options::large},
    {"--first", &Options::first},       {"--depth", &Options::depth},     {"--urgent", &Options::urgent},
    {"--empty", &Options::empty},       {"--buffer", &Options::buffer},   {"--room", &Options::room},
    {"--senders", &Options::senders},   {"--expect", &Options::expected}, {"--stay", &Options::stays},
};

inline bool read_option(const char* key, const char* value, Options& options) {
  if (strcmp(key, "--at") == 0) options.directory = value;
  if (strcmp(key, "--name") == 0) options.name = value;
  if (strcmp(key, "--at") == 0 || strcmp(key, "--name") == 0) return true;
  for (const NumberOption& one : kNumbers) {
    if (strcmp(key, one.key) != 0) continue;
    options.*one.number = atoi(value);
    return true;
  }
  return false;
}

// Reads the role and `--key value` pairs; false when one is not understood.
inline bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.role = argv[1];
  for (int i = 2; i < argc; i += 2) {
    if (!read_option(argv[i], argv[i + 1], options)) return false;
  }
  const bool is_in_range = options.size > 0 && options.size <= kSizeMax && options.large <= kSizeMax;
  const bool is_role =
      is_sender(options) || is_receiver(options) || is_remover(options) || is_helper(options);
  return is_in_range && is_role;
}

// For the few things that are said to people.
inline int complain(const char* text) {
  const ssize_t written = write(STDERR_FILENO, text, strlen(text));
  return written < 0 ? 3 : 2;
}

}  // namespace messages
