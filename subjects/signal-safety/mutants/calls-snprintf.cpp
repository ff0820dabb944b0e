// Mistake: what the handler calls formats its text, since it writes that by write(2).
#include <stdio.h>

#include "../handled.h"

namespace {

__attribute__((noinline)) void write_text(int signal) {
  char text[32];
  const int length = snprintf(text, sizeof text, "signal %d\n", signal);
  (void)!write(STDOUT_FILENO, text, static_cast<size_t>(length));
}

void note(int signal) {
  write_text(signal);
  signal_safety::was_handled = 1;
}

}  // namespace

int main() { return signal_safety::work_with(note); }
