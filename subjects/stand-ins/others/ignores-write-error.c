/* Mistake: does not look whether a write failed, and goes on with the next record. */
#include "../copier.h"

int main(void) {
  const struct copier copier = {.write_error_is_ignored = 1};
  return run_copier(&copier);
}
