// Mistake: a child waits for a signal that was pending in its parent; fork empties the set.
#include <sys/wait.h>

#include "../handling.h"

int main() {
  signals::block(SIGUSR1);
  raise(SIGUSR1);
  const sigset_t wanted = signals::only(SIGUSR1);
  const pid_t child = fork();
  if (child == 0) _exit(sigwaitinfo(&wanted, nullptr) == SIGUSR1 ? 0 : 1);
  HARNESS_PROBE("child.started");
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? 0 : 1;
}
