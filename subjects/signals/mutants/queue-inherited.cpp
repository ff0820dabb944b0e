// Mistake: a child reads the signalfd that it has inherited; it shows the child's own signals, of which there
// are none.
#include "../queue.h"

static int receive_in_child() {
  const sigset_t wanted = signals::carrying_signals();
  const int fd = signalfd(-1, &wanted, SFD_CLOEXEC);
  const pid_t child = fork();
  signalfd_siginfo info{};
  if (child == 0) _exit(read(fd, &info, sizeof info) == sizeof info ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  return signals::run({.number_for = signals::by_one_number,
                       .send = signals::send_and_check,
                       .receive_all = receive_in_child},
                      argc, argv);
}
