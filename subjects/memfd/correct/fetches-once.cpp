// Seals the size only, and reads the length once: what was checked is a copy.
#include "../frame.h"

namespace {

constexpr int kSizeOnly = F_SEAL_SHRINK | F_SEAL_GROW;

bool seal_size(const memfd::Run& run) { return fcntl(run.fd, F_ADD_SEALS, kSizeOnly) == 0; }

bool is_size_sealed(const memfd::Run& run) {
  const int seals = fcntl(run.fd, F_GET_SEALS);
  return seals >= 0 && (seals & kSizeOnly) == kSizeOnly;
}

}  // namespace

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.seal = seal_size;
  program.is_acceptable = is_size_sealed;
  return memfd::run(program, argc, argv);
}
