// The handler writes to memory that was there before, and there is no thread but the one that it interrupts.
#include "../allocation.h"

int main() { return signals::allocate_and_compare(signals::write_note, signals::kSmall); }
