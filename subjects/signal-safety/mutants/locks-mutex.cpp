// Mistake: the handler takes the lock that guards the note.
#include <pthread.h>

#include "../handled.h"

namespace {

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void note(int) {
  pthread_mutex_lock(&lock);
  signal_safety::was_handled = 1;
  pthread_mutex_unlock(&lock);
}

}  // namespace

int main() { return signal_safety::work_with(note); }
