// Mistake: the handler allocates its note.
#include <stdlib.h>
#include <string.h>

#include "../handled.h"

namespace {

char* volatile kept = nullptr;

void note(int) {
  kept = static_cast<char*>(malloc(40));
  if (kept != nullptr) strcpy(kept, "handled");
  signal_safety::was_handled = 1;
}

}  // namespace

int main() { return signal_safety::work_with(note); }
