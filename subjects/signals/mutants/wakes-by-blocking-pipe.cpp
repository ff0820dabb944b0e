// Mistake: the self-pipe blocks; once it is full the handler never returns.
#include "../lookup.h"

int main() { return signals::look_up_with(signals::wake_by_pipe, 0); }
