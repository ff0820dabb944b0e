// Real-time signals of one number: none merges with another, and they come in the order in which they were
// sent.
#include "../queue.h"

int main(int argc, char** argv) {
  return signals::run({.number_for = signals::by_one_number,
                       .send = signals::send_and_check,
                       .receive_all = signals::receive_by_waiting},
                      argc, argv);
}
