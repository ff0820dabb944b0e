/* Takes the end of the stream for the end of the answer. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../asker.h"

int main(int argc, char** argv) {
  const struct asker asker = {.end_is_success = 1};
  return run_asker(&asker, argc, argv);
}
