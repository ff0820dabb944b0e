// A buffer whose two sides look after one another.
#include "../buffer.h"

int main(int argc, char** argv) { return sem_buffer::run(sem_buffer::buffer_program(), argc, argv); }
