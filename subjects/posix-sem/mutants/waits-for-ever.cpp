// Mistake: takes a semaphore for a lock whose owner may die. A semaphore has no owner: the token that a dead
// one had is nobody's, and the wait for it has no end (sem_overview(7)).
#include "../semaphore.h"

int main(int argc, char** argv) { return shared_memory::run(posix_sem::semaphore_section(), argc, argv); }
