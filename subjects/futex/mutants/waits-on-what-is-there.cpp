// Mistake: sleeps while the word has the value that it has now, and not the one that was seen. What was
// announced between the look and the sleep is slept through.
#include "../late_sleep.h"

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.sleep_on = notice::sleep_on_what_is_there;
  return notice::run(program, argc, argv);
}
