// A condition variable with a robust mutex: pthread_cond_timedwait() too can return EOWNERDEAD.
#include "../condition.h"

int main(int argc, char** argv) { return shm_mutex::run(shm_mutex::condition_program(), argc, argv); }
