// Few signals may be pending; the sender is told with EAGAIN which message has not been taken.
#include "../queue.h"

int main(int argc, char** argv) {
  return signals::run({.number_for = signals::by_one_number,
                       .send = signals::send_and_check,
                       .receive_all = signals::receive_by_waiting,
                       .is_limited = true},
                      argc, argv);
}
