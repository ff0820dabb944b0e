// Mistake: takes a lock that does not know its owner for one whose owner may die.
#include "../lock.h"

int main(int argc, char** argv) { return shared_memory::run(home_made::three_states_section(), argc, argv); }
