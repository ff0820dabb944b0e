/* A server of one value in the redis protocol, for one client after the other, until one says SHUTDOWN:
 *     server SOCKET VALUE
 * It knows redis-cli's words GET and SHUTDOWN and no others. */
#pragma once

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct server {
  int is_killed_by_sigpipe; /* SIGPIPE has its default action */
};

/* Serves one client to its end; 1 when it said SHUTDOWN. What a client asks comes in one piece, or in a few.
 */
static inline int serve_client(int client, const char* value) {
  char asked[4096];
  size_t size = 0;
  ssize_t count = 0;
  while (size < sizeof asked - 1 && (count = read(client, asked + size, sizeof asked - 1 - size)) > 0) {
    size += (size_t)count;
    asked[size] = '\0';
    if (strstr(asked, "SHUTDOWN") != NULL) return 1;
    if (strstr(asked, "GET") == NULL || asked[size - 1] != '\n') continue;
    dprintf(client, "$%zu\r\n", strlen(value));
    dprintf(client, "%s\r\n", value);
    size = 0;
  }
  return 0;
}

static inline int run_server(const struct server* server, int argc, char** argv) {
  if (argc != 3) return 2;
  if (!server->is_killed_by_sigpipe) signal(SIGPIPE, SIG_IGN);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (const struct sockaddr*)&address, sizeof address) != 0 || listen(listener, 8) != 0)
    return 1;
  printf("ready to accept connections\n");
  fflush(stdout);
  for (int is_over = 0; !is_over;) {
    const int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) continue;
    is_over = serve_client(client, argv[2]);
    close(client);
  }
  unlink(argv[1]);
  return 0;
}
