// Mistake: relies on the lowest number to be first; what is sent to the thread goes before what is sent to
// its process.
#include "../twice.h"

int main() { return signals::first_taken() == SIGUSR1 ? 0 : 1; }
