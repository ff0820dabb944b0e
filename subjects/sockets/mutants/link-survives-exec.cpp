// Mistake: the link is not close-on-exec, so that the helper that is executed has it too.
#include "../../common/stream/exec_helper.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_with_helper(streams::link_survives_exec_program(), streams::socket_transport(), argc,
                                  argv);
}
