// Mistake: the handler formats its text, since it writes that by write(2).
#include <stdio.h>

#include "../handled.h"

namespace {

void write_text(int signal) {
  char text[32];
  const int length = snprintf(text, sizeof text, "signal %d\n", signal);
  (void)!write(STDOUT_FILENO, text, static_cast<size_t>(length));
  signal_safety::was_handled = 1;
}

}  // namespace

int main() { return signal_safety::work_with(write_text); }
