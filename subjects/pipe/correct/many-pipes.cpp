// As spools, as an ordinary user who has many pipes already.
#include "../../common/stream/many_pipes.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::many_pipes_program(), pipe_link::transport(), argc, argv);
}
