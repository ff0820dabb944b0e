// Mistake: waits for room, and for nobody's end.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::watches_nobody_program(), queue_link::transport(), argc, argv);
}
