// Mistake: posts once for the item and once more "to be sure that the consumer wakes".
#include "../buffer.h"

namespace {

void post_twice(const sem_buffer::Run& run) {
  sem_post(&run.buffer->filled);
  sem_post(&run.buffer->filled);
}

}  // namespace

int main(int argc, char** argv) {
  sem_buffer::Program program = sem_buffer::buffer_program();
  program.tell_filled = post_twice;
  return sem_buffer::run(program, argc, argv);
}
