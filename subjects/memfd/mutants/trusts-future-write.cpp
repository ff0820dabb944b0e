// Mistake: takes F_SEAL_FUTURE_WRITE for a frame that nobody writes any more. A mapping from before goes on
// writing (fcntl(2)), so the length that is read again is another one.
#include "../frame.h"

namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;

bool keep_and_seal(const memfd::Run& run) {
  memfd::kept_mapping = memfd::map(run.fd, PROT_READ | PROT_WRITE);
  return fcntl(run.fd, F_ADD_SEALS, kSeals) == 0;
}

bool is_sealed(const memfd::Run& run) {
  const int seals = fcntl(run.fd, F_GET_SEALS);
  return seals >= 0 && (seals & kSeals) == kSeals;
}

uint32_t fetch_again(const memfd::Run& run, uint32_t) { return memfd::header_of(run).length.load(); }

}  // namespace

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.seal = keep_and_seal;
  program.is_acceptable = is_sealed;
  program.length = fetch_again;
  return memfd::run(program, argc, argv);
}
