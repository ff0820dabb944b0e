// The handler posts a semaphore, which the program waits for.
#include <semaphore.h>

#include "../handled.h"

namespace {

sem_t semaphore;

void post(int) { sem_post(&semaphore); }

}  // namespace

int main() {
  sem_init(&semaphore, 0, 0);
  signal_safety::install(SIGUSR1, post);
  signal_safety::work();
  return sem_wait(&semaphore);
}
