// Calls that block, and threads that watch the other side.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::program(), sysv_link::transport(), argc, argv);
}
