// Uses a set that it found only when its maker has operated on it.
#include "../keyed.h"

int main(int argc, char** argv) {
  return keyed_sem::run({.is_ready = keyed_sem::has_had_an_operation}, argc, argv);
}
