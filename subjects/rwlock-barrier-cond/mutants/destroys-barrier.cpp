// Mistake: destroys the barrier when it is done with it. One that died in it never leaves, and is waited for.
#include "../gate.h"

namespace {

void destroy(const gate::Run& run) { pthread_barrier_destroy(&run.gate.barrier); }

}  // namespace

int main(int argc, char** argv) {
  gate::Program program = gate::barrier_program();
  program.clean_up = destroy;
  return gate::run(program, argc, argv);
}
