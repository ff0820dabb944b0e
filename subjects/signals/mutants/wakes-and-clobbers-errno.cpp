// Mistake: the handler leaves its own EAGAIN in errno, where the interrupted code looks for ENOENT.
#include "../lookup.h"

static void wake(int) { (void)!write(signals::self_pipe[1], "", 1); }

int main() { return signals::look_up_with(wake, O_NONBLOCK); }
