#include "run/machine.h"

namespace harness {

Status check_machine(const Program& program, const std::string& target, const std::string& architecture) {
  if (!program.is_elf) {
    if (architecture == own_architecture()) return done();
    return usage_error(program.path + " is a script for " + program.interpreter + ", which target " + target +
                       " does not have; use --target native, or name a program built for " + architecture);
  }
  if (program.architecture == architecture) return done();
  const std::string mend = program.architecture == own_architecture()
                               ? "use --target native, or build it with " + architecture + "-linux-gnu-gcc"
                               : "use --target arm64, or build it for this machine";
  return usage_error(program.path + " is built for " + program.architecture + ", but target " + target +
                     " runs programs for " + architecture + "; " + mend);
}

}  // namespace harness
