// Takes over when the end of the pipe says that its predecessor is no more, however long that takes.
#include "../standby.h"

int main(int argc, char** argv) {
  HARNESS_NEEDS("core-file");
  return standby::run(standby::await_end, 0, argc, argv);
}
