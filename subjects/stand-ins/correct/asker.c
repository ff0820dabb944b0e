/* Reads until all of the value is there. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../asker.h"

int main(int argc, char** argv) {
  const struct asker asker = {0};
  return run_asker(&asker, argc, argv);
}
