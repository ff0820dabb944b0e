// A mutex that is not robust: right as long as nobody dies inside.
#include "../participant.h"

int main(int argc, char** argv) { return shm_mutex::run(shm_mutex::plain_program(), argc, argv); }
