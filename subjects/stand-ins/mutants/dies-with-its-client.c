/* Leaves SIGPIPE as it is, so that a client that goes away in mid-answer takes the server with it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../server.h"

int main(int argc, char** argv) {
  const struct server server = {.is_killed_by_sigpipe = 1};
  return run_server(&server, argc, argv);
}
