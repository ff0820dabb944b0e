// Waits with an end to it, and gives up when another participant has died.
#include "../semaphore.h"

int main(int argc, char** argv) { return shared_memory::run(posix_sem::watched_section(), argc, argv); }
