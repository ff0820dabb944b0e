// Mistake: thinks that each message is announced to it, though another receiver may take it.
#include "../../common/message/run.h"
#include "../beside.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::counts_on_notices_program(), queue_link::transport(), argc, argv);
}
