// The handler jumps back to the loop that the signal interrupted, where nothing unsafe was under way; what
// the program calls from then on is not the handler's.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "../handled.h"

namespace {

sigjmp_buf begin;

void jump(int) { siglongjmp(begin, 1); }

}  // namespace

int main() {
  const bool is_back = sigsetjmp(begin, 1) != 0;
  if (!is_back) {
    signal_safety::install(SIGUSR1, jump);
    signal_safety::work();
  }
  char* const text = static_cast<char*>(malloc(64));
  snprintf(text, 64, "back: %d", is_back);
  puts(text);
  free(text);
  return is_back ? 0 : 1;
}
