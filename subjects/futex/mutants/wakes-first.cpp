// Mistake: wakes before it raises the version. Who was woken finds nothing new and goes to sleep again.
#include "../late_sleep.h"

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.announce = notice::wake_then_raise;
  return notice::run(program, argc, argv);
}
