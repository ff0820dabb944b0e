// As records, and the last one is a mark: the stream itself says where it ends.
#include "../../common/stream/end_mark.h"
#include "../../common/stream/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::end_marked_program(), pipe_link::transport(), argc, argv);
}
