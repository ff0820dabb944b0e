// A binary semaphore as a lock: right wherever nobody dies inside.
#include "../semaphore.h"

int main(int argc, char** argv) { return shared_memory::run(posix_sem::semaphore_section(), argc, argv); }
