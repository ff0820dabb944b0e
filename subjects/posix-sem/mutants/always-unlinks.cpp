// Mistake: makes the semaphore anew at every start. Whoever uses the old one goes on with that, so there are
// two locks (sem_unlink(3)).
#include "../named.h"

int main(int argc, char** argv) {
  return named_sem::run({.open_semaphore = named_sem::make_anew}, argc, argv);
}
