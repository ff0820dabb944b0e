// Mistake: asks for a notification once only.
#include "../../common/message/run.h"
#include "../notified.h"

int main(int argc, char** argv) {
  return messages::run(queue_link::never_asks_again_program(), queue_link::transport(), argc, argv);
}
