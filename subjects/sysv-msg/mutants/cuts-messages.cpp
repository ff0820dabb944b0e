// Mistake: lets the kernel cut what finds too little room (MSG_NOERROR).
#include "../../common/message/run.h"
#include "../mistakes.h"

int main(int argc, char** argv) {
  return messages::run(sysv_link::cuts_messages_program(), sysv_link::transport(), argc, argv);
}
