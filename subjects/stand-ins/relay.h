/* A relay from standard input to standard output, with the mistakes that a relay may have as switches. It
 * catches SIGUSR1, without SA_RESTART, as socat does. */
#pragma once

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { kBlock = 100 };

struct relay {
  int short_block_is_last;  /* a read of less than a block is taken for the end */
  int short_write_is_whole; /* what write(2) returned is not looked at */
  int interrupted_is_end;   /* EINTR is taken for the end */
  int errors_are_ignored;   /* a write that fails is not told */
};

static inline void on_signal(int signal) { (void)signal; }

static inline int write_all(const struct relay* relay, const char* bytes, ssize_t count) {
  while (count > 0) {
    const ssize_t written = write(1, bytes, (size_t)count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return relay->errors_are_ignored ? 0 : 1;
    if (relay->short_write_is_whole) return 0;
    bytes += written;
    count -= written;
  }
  return 0;
}

static inline int run_relay(const struct relay* relay) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  char block[kBlock];
  for (;;) {
    const ssize_t count = read(0, block, sizeof block);
    if (count < 0 && errno == EINTR && !relay->interrupted_is_end) continue;
    if (count < 0) return errno == EINTR ? 0 : 1;
    if (count == 0) return 0;
    if (write_all(relay, block, count) != 0) return 1;
    if (relay->short_block_is_last && count < kBlock) return 0;
  }
}
