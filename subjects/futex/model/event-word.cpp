#include "board.h"

int main(int argc, char** argv) { return board_model::explore_board(notice::notice_program(), argc, argv); }
