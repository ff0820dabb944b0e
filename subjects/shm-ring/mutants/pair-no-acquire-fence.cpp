// Mistake: no fence between the relaxed look at the flag and the number. Two processes.
#include "../mapped_pair.h"

int main(int argc, char** argv) {
  return mapped_pair::run<mapped_pair::Fenced<true, false>>(mapped_pair::Between::processes, argc, argv);
}
