// Mistake: made without MFD_ALLOW_SEALING. F_ADD_SEALS fails with EPERM, nobody looks at that, and the server
// refuses the frame of an honest client (memfd_create(2)).
#include "../frame.h"

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.flags = MFD_CLOEXEC;
  return memfd::run(program, argc, argv);
}
