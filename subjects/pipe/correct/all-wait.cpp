// A reader with five threads that all wait for the end.
#include "../../common/stream/pool.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::all_wait_program(), pipe_link::transport(), argc, argv);
}
