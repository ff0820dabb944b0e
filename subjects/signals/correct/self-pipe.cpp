// The handler leaves a byte in a pipe, which stays there whenever the signal comes.
#include "../self_pipe.h"

int main(int argc, char** argv) {
  signals::open_self_pipe();
  signals::handle(SIGUSR1, signals::wake_by_pipe, SA_RESTART);
  signals::start_teller(argc, argv);
  HARNESS_PROBE("wait.begin");
  signals::wait_for_byte();
  HARNESS_PROBE("wait.end");
}
