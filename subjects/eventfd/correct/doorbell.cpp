// The counter only wakes; what there is to do is asked of the jobs. ppoll.
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), bell_link::transport(), argc, argv);
}
