// Peeks at the header of a record, and then takes the record.
#include "../../common/stream/peek.h"
#include "../../common/stream/run.h"
#include "../../common/stream/socket_transport.h"

int main(int argc, char** argv) {
  return streams::run(streams::peeks_program(), streams::socket_transport(), argc, argv);
}
