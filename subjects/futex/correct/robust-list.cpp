// A lock that the kernel lets go of for an owner that has died, at whatever instruction.
#include "../lock.h"

int main(int argc, char** argv) { return shared_memory::run(home_made::robust_list_section(), argc, argv); }
