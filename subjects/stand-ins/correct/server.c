/* Outlives its clients. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../server.h"

int main(int argc, char** argv) {
  const struct server server = {0};
  return run_server(&server, argc, argv);
}
