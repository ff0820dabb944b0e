// Mistake: tries again what was refused, until an error comes that only streams have.
#include "../../common/message/run.h"
#include "../socket_answers.h"

int main(int argc, char** argv) {
  return messages::run(dgram_link::retries_refused_program(), dgram_link::transport(), argc, argv);
}
