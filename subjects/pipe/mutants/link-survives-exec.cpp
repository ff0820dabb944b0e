// Mistake: the link is not close-on-exec, so that the helper that is executed has it too.
#include "../../common/stream/exec_helper.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run_with_helper(streams::link_survives_exec_program(), pipe_link::transport(), argc, argv);
}
