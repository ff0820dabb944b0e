// Mistake: adds the largest number there is, which is refused, and does not look.
#include "../../common/message/run.h"
#include "../counter_answers.h"

int main(int argc, char** argv) {
  return messages::run(bell_link::knows_counters_program(), bell_link::rings_too_loud_transport(), argc,
                       argv);
}
