// Mistake: asks again and again while the queue is full, instead of waiting.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::spins_program(), queue_link::transport(), argc, argv);
}
