// The client seals the frame; the server uses no other.
#include "../frame.h"

int main(int argc, char** argv) { return memfd::run(memfd::right_program(), argc, argv); }
