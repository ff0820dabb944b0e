// Mistake: waits for ever for what only the other one can give, and that one may have died.
#include "../buffer.h"

namespace {

bool wait(const sem_buffer::Run&, sem_t* semaphore) {
  while (sem_wait(semaphore) != 0) {
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  sem_buffer::Program program = sem_buffer::buffer_program();
  program.wait = wait;
  return sem_buffer::run(program, argc, argv);
}
