// Mistake: takes the mutex first and waits for a free place with it in hand. The consumer needs the mutex to
// make one free.
#include "../buffer.h"

namespace {

bool mutex_then_place(const sem_buffer::Run& run) {
  return run.program.wait(run, &run.buffer->mutex) && run.program.wait(run, &run.buffer->free);
}

bool wait(const sem_buffer::Run&, sem_t* semaphore) {
  while (sem_wait(semaphore) != 0) {
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  sem_buffer::Program program = sem_buffer::buffer_program();
  program.take_place = mutex_then_place;
  program.wait = wait;
  return sem_buffer::run(program, argc, argv);
}
