// Waits for a reader-writer lock with a time limit, and looks after the others when it passes.
#include "../shelf.h"

int main(int argc, char** argv) { return shelf::run(shelf::watched_program(), argc, argv); }
