// Mistake: takes the oldest message, and not the most urgent.
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::takes_oldest_program(), sysv_link::transport(), argc, argv);
}
