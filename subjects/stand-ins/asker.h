/* A client that asks a server of the redis protocol for one value, and prints it as redis-cli does:
 *     asker SOCKET KEY
 * Exit status: 0 all of the value was printed, 1 it was not. The mistakes that it may have are switches. */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct asker {
  int one_read_is_answer; /* what the first read gives is taken for all of it */
  int end_is_success;     /* the end of the stream is taken for the end of the answer */
};

static inline int connect_to(const char* path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int connection = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(connection, (const struct sockaddr*)&address, sizeof address) != 0) return -1;
  return connection;
}

/* The bytes of the value that are there, of "$LENGTH\r\nVALUE\r\n"; -1 as long as the length is not. */
static inline ssize_t value_in(const char* answer, size_t size, const char** value, size_t* length) {
  const char* line_end = memchr(answer, '\n', size);
  if (line_end == NULL || answer[0] != '$') return -1;
  *length = (size_t)atol(answer + 1);
  *value = line_end + 1;
  const size_t there = size - (size_t)(*value - answer);
  return (ssize_t)(there < *length ? there : *length);
}

static inline int run_asker(const struct asker* asker, int argc, char** argv) {
  if (argc != 3) return 2;
  const int connection = connect_to(argv[1]);
  if (connection < 0 || dprintf(connection, "GET %s\r\n", argv[2]) < 0) return 1;
  static char answer[1 << 16];
  size_t size = 0;
  const char* value = answer;
  size_t length = 0;
  for (;;) {
    const ssize_t count = recv(connection, answer + size, sizeof answer - 1 - size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count > 0) size += (size_t)count;
    const ssize_t there = value_in(answer, size, &value, &length);
    const int is_whole = there >= 0 && (size_t)there == length;
    if (count > 0 && !is_whole && !asker->one_read_is_answer) continue;
    const int is_taken_for_whole =
        is_whole || asker->one_read_is_answer || (count == 0 && asker->end_is_success);
    printf("%.*s%s", there < 0 ? 0 : (int)there, value, is_taken_for_whole ? "\n" : "");
    return is_taken_for_whole ? 0 : 1;
  }
}
