// Takes and gives with SEM_UNDO.
#include "../set.h"

int main(int argc, char** argv) { return shared_memory::run(sysv_sem::undo_section(), argc, argv); }
