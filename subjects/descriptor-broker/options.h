// PROGRAM broker|worker|helper [--job items|lend|pipe] [--items N] [--batch N] [--limit N] [--plain 1]
// [--refuse 1] [--stale ITEM]
#pragma once

#include <cstdlib>
#include <cstring>

namespace descriptors {

enum class Job { items, lend, pipe };

struct Options {
  const char* role = "";
  Job job = Job::items;
  int items = 4;
  int batch = 1;   // descriptors in a message, at most
  int limit = 0;   // RLIMIT_NOFILE of the broker, which is then no longer root
  int plain = 0;   // whether records without a descriptor stand between those that have some
  int refuse = 0;  // whether the worker takes no descriptors (SO_PASSRIGHTS)
  int stale = 0;   // the item whose descriptor the broker has closed already; 0: none
};

inline bool read_option(const char* key, const char* value, Options& options) {
  if (strcmp(key, "--job") == 0) {
    options.job = strcmp(value, "lend") == 0   ? Job::lend
                  : strcmp(value, "pipe") == 0 ? Job::pipe
                                               : Job::items;
    return true;
  }
  int* number = strcmp(key, "--items") == 0    ? &options.items
                : strcmp(key, "--batch") == 0  ? &options.batch
                : strcmp(key, "--limit") == 0  ? &options.limit
                : strcmp(key, "--plain") == 0  ? &options.plain
                : strcmp(key, "--refuse") == 0 ? &options.refuse
                : strcmp(key, "--stale") == 0  ? &options.stale
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
  return options.items >= 1 && options.items <= 400 && options.batch >= 1;
}

}  // namespace descriptors
