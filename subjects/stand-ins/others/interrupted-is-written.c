/* Mistake: takes a write that was interrupted for one that was made. */
#include "../copier.h"

int main(void) {
  const struct copier copier = {.interrupted_is_written = 1};
  return run_copier(&copier);
}
