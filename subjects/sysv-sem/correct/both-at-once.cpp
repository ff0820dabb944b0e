// Takes two semaphores in one call.
#include "../accounts.h"

int main(int argc, char** argv) { return shared_memory::run(sysv_sem::two_section(), argc, argv); }
