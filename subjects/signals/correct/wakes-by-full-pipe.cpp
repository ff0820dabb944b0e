// The write end does not block, and the handler leaves errno as it was.
#include "../lookup.h"

int main() { return signals::look_up_with(signals::wake_by_pipe, O_NONBLOCK); }
