// A forked child of the writer's writes, with the segment that it has inherited.
#include <sys/wait.h>

#include "../mail.h"

namespace {

struct Variant : shared_slots::Right {
  static bool prepare(harness_slots&, int) {
    const pid_t child = fork();
    if (child > 0) waitpid(child, nullptr, 0);
    return child == 0;
  }
};

}  // namespace

int main(int argc, char** argv) { return shared_slots::run<Variant>(argc, argv); }
