// The same, read from a signalfd.
#include "../queue.h"

int main(int argc, char** argv) {
  return signals::run({.number_for = signals::by_one_number,
                       .send = signals::send_and_check,
                       .receive_all = signals::receive_by_descriptor},
                      argc, argv);
}
