// Sleeps with the version that it has seen, and looks again whatever ended the sleep.
#include "../notice.h"

int main(int argc, char** argv) { return notice::run(notice::notice_program(), argc, argv); }
