// Mistake: the handler calls malloc, which gives it the piece that the interrupted malloc is about to give.
#include "../allocation.h"

int main() { return signals::allocate_and_compare(signals::allocate_note, signals::kSmall); }
