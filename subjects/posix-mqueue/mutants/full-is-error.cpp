// Mistake: takes a full queue for a broken one.
#include "../../common/message/run.h"
#include "../../common/message/sender_mistakes.h"
#include "../transport.h"

int main(int argc, char** argv) {
  return messages::run(messages::full_is_error_program(), queue_link::transport(), argc, argv);
}
