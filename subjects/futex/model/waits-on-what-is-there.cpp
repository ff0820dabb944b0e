#include "board.h"

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.sleep_on = notice::sleep_on_what_is_there;
  return board_model::explore_board(program, argc, argv);
}
