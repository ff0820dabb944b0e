// pthread_mutex_lock() on a robust mutex.
#include "../participant.h"

int main(int argc, char** argv) { return shm_mutex::run(shm_mutex::robust_program(), argc, argv); }
