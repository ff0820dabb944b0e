// As records; the writer leaves a helper behind, which does not keep the link.
#include "../../common/stream/helper.h"

#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::helper_program(), fifo_link::transport(), argc, argv);
}
