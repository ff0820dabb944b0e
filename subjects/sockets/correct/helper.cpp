// As records; the writer leaves a helper behind, which does not keep the link.
#include "../../common/stream/helper.h"

#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::helper_program(), streams::socket_transport(), argc, argv);
}
