// A request sets a state: that it comes twice changes nothing.
#include "../twice.h"

int main() {
  signals::ask_twice(signals::take_note);
  return signals::was_told == 1 ? 0 : 1;
}
