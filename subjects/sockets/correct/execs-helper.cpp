// As records; the writer starts a helper by exec, which does not get the link.
#include "../../common/stream/exec_helper.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run_with_helper(streams::exec_helper_program(), streams::socket_transport(), argc, argv);
}
