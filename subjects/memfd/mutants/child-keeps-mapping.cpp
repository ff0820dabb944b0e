// Mistake: a child that was forked before still has the frame mapped for writing, so the write seal is
// refused with EBUSY (fcntl(2)); the server refuses the frame of an honest client.
#include <sys/wait.h>

#include "../frame.h"

namespace {

// The child lives until the frame is sealed, or not.
bool seal_beside_a_child(const memfd::Run& run) {
  int gate[2];
  unsigned char* frame = memfd::map(run.fd, PROT_READ | PROT_WRITE);
  if (frame == nullptr || pipe2(gate, O_CLOEXEC) != 0) return false;
  const pid_t child = fork();
  if (child == 0) {
    char byte;
    close(gate[1]);
    _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
  }
  munmap(frame, memfd::kFrameBytes);
  const bool is_sealed = memfd::seal_all(run);
  close(gate[1]);
  waitpid(child, nullptr, 0);
  return is_sealed;
}

}  // namespace

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.seal = seal_beside_a_child;
  return memfd::run(program, argc, argv);
}
