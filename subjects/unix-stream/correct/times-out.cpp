// A reader whose receives have a timeout (SO_RCVTIMEO), and asks again.
#include "../../common/stream/run.h"
#include "../../common/stream/timeout.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::times_out_program(), unix_link::transport(), argc, argv);
}
