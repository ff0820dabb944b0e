// Mistake: reads signals from a signalfd without blocking them, so that they act as signals do.
#include "../queue.h"

int main(int argc, char** argv) {
  return signals::run({.number_for = signals::by_one_number,
                       .send = signals::send_and_check,
                       .receive_all = signals::receive_by_descriptor,
                       .blocks = false},
                      argc, argv);
}
