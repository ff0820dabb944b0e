// Tells what the kernel answers about counters, and works as doorbell then.
#include "../../common/message/run.h"
#include "../counter_answers.h"

int main(int argc, char** argv) {
  return messages::run(bell_link::knows_counters_program(), bell_link::transport(), argc, argv);
}
