// Counts those who sleep, only to spare a wake when there are none: a killed one that stays counted does no
// harm.
#include "../notice.h"

int main(int argc, char** argv) { return notice::run(notice::counting_program(), argc, argv); }
