// The server meets a client that did not seal its frame.
#include "../frame.h"

namespace {

bool seal_nothing(const memfd::Run&) { return true; }

}  // namespace

int main(int argc, char** argv) {
  memfd::Program program = memfd::right_program();
  program.seal = seal_nothing;
  return memfd::run(program, argc, argv);
}
