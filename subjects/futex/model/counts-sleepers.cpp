#include "board.h"

int main(int argc, char** argv) { return board_model::explore_board(notice::counting_program(), argc, argv); }
