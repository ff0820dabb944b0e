// Mistake: does what is delivered again once more, though it is done.
#include "../../common/message/acknowledged.h"
#include "../../common/message/run.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::repeats_work(messages::nonblocking_program()), queue_link::transport(), argc,
                       argv);
}
