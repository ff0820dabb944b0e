/* Takes what the first read gives for the whole answer. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../asker.h"

int main(int argc, char** argv) {
  const struct asker asker = {.one_read_is_answer = 1};
  return run_asker(&asker, argc, argv);
}
