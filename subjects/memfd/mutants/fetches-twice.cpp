// Mistake: reads the length once to check it and once more to use it, from memory that its peer still writes:
// the seals that it asks for keep the size only.
#include "../frame.h"

namespace {

constexpr int kSizeOnly = F_SEAL_SHRINK | F_SEAL_GROW;

bool seal_size(const memfd::Run& run) { return fcntl(run.fd, F_ADD_SEALS, kSizeOnly) == 0; }

bool is_size_sealed(const memfd::Run& run) {
  const int seals = fcntl(run.fd, F_GET_SEALS);
  return seals >= 0 && (seals & kSizeOnly) == kSizeOnly;
}

uint32_t fetch_again(const memfd::Run& run, uint32_t) { return memfd::header_of(run).length.load(); }

}  // namespace

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.seal = seal_size;
  program.is_acceptable = is_size_sealed;
  program.length = fetch_again;
  return memfd::run(program, argc, argv);
}
