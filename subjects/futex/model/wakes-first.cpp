#include "board.h"

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.announce = notice::wake_then_raise;
  return board_model::explore_board(program, argc, argv);
}
