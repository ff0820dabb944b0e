// Mistake: believes that the counter says how many jobs there are.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(messages::nonblocking_program(), bell_link::counts_jobs_transport(), argc, argv);
}
