// A priority-inheritance lock without a robust list. Of a dead owner the kernel tells by a bit or by ESRCH.
#include "../lock.h"

int main(int argc, char** argv) { return shared_memory::run(home_made::inheritance_section(), argc, argv); }
