/* Copies all that it gets; tells by its exit status when it cannot. */
#include "../copier.h"

int main(void) {
  const struct copier copier = {0};
  return run_copier(&copier);
}
