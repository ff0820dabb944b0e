// Mistake: no fence between the number and the relaxed flag that publishes it. Two processes.
#include "../mapped_pair.h"

int main(int argc, char** argv) {
  return mapped_pair::run<mapped_pair::Fenced<false, true>>(mapped_pair::Between::processes, argc, argv);
}
