// Two processes that hand a number over by a relaxed flag between fences.
#include "../mapped_pair.h"

int main(int argc, char** argv) {
  return mapped_pair::run<mapped_pair::Fenced<true, true>>(mapped_pair::Between::processes, argc, argv);
}
