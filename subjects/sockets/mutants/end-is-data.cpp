// Mistake: does not look at the count of a read, so that at the end old bytes are a record.
#include "../../common/stream/reader_mistakes.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::end_is_data_program(), streams::socket_transport(), argc, argv);
}
