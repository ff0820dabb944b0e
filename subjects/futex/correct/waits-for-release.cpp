// Gives the memory of a lock to others once whoever let it go last has said that it is out.
#include "../reuse.h"

int main(int argc, char** argv) { return shared_memory::run(home_made::reused_section(), argc, argv); }
