// Mistake: the handler ends the program by exit(3), which runs what was registered and writes out what is
// buffered.
#include <stdlib.h>

#include "../handled.h"

namespace {

void end(int) { exit(0); }

}  // namespace

int main() { return signal_safety::work_with(end); }
