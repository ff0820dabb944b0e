// Goes on with the segment that somebody uses, and makes another one only when nobody does.
#include "../segment.h"

int main(int argc, char** argv) {
  return sysv_shm::run({.open_as_first = sysv_shm::find_used_or_make}, argc, argv);
}
