// A lock that does not know its owner: right wherever nobody dies inside.
#include "../lock.h"

int main(int argc, char** argv) { return shared_memory::run(home_made::three_states_section(), argc, argv); }
