// Tokens that wake, and leases that say whose a job is.
#include "../tokens.h"

#include "../../common/message/run.h"

int main(int argc, char** argv) {
  return messages::run(bell_link::token_program(), bell_link::token_transport(), argc, argv);
}
