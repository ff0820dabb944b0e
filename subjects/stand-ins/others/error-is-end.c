/* Mistake: takes a read that fails for the end, and says that all went well. */
#include "../copier.h"

int main(void) {
  const struct copier copier = {.error_is_end = 1};
  return run_copier(&copier);
}
