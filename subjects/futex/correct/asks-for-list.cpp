// Asks whether the kernel takes its robust list; where it does not, looks itself whether somebody has died.
#include "../without_list.h"

int main(int argc, char** argv) { return shared_memory::run(home_made::asking_section(), argc, argv); }
