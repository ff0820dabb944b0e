// Mistake: takes the end of a sleep for news, and does not look again. A signal ends it as well.
#include "../notice.h"

namespace {

uint32_t wait_once(const notice::Run& run, uint32_t seen) {
  const uint32_t version = run.board->version.load();
  if (version != seen) return version;
  HARNESS_PROBE("version.old");
  run.program.sleep_on(run, seen);
  return run.board->version.load();
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.next_version = wait_once;
  return notice::run(program, argc, argv);
}
