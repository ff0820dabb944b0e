// Mistake: a token is the right to a job, and nobody knows who has it.
#include "../../common/message/run.h"
#include "../tokens.h"

int main(int argc, char** argv) {
  return messages::run(bell_link::token_program(), bell_link::leaseless_transport(), argc, argv);
}
