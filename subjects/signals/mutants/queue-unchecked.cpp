// Mistake: does not look at what sigqueue returns, and takes a refused message for sent.
#include "../queue.h"

static int send_and_hope(pid_t receiver, int number, int message) {
  sigqueue(receiver, number, sigval{.sival_int = message});
  return 0;
}

int main(int argc, char** argv) {
  return signals::run({.number_for = signals::by_one_number,
                       .send = send_and_hope,
                       .receive_all = signals::receive_by_waiting,
                       .is_limited = true},
                      argc, argv);
}
