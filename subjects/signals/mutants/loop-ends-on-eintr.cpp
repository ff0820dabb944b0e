// Mistake: takes it that SA_RESTART spares it EINTR; ppoll fails all the same, and the loop ends.
#include "../self_pipe.h"

int main() {
  signals::open_self_pipe();
  signals::handle(SIGUSR1, signals::wake_by_pipe, SA_RESTART);
  HARNESS_PROBE("wait.begin");
  pollfd end{signals::self_pipe[0], POLLIN, 0};
  if (ppoll(&end, 1, nullptr, nullptr) != 1) return 1;
  HARNESS_PROBE("wait.end");
}
