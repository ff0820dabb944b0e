// Mistake: the server checks the size, and not the seals that would make it stay.
#include "../frame.h"

namespace {

bool seal_nothing(const memfd::Run&) { return true; }

bool is_large_enough(const memfd::Run& run) {
  struct stat status;
  return fstat(run.fd, &status) == 0 && static_cast<size_t>(status.st_size) >= memfd::kFrameBytes;
}

}  // namespace

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.seal = seal_nothing;
  program.is_acceptable = is_large_enough;
  return memfd::run(program, argc, argv);
}
