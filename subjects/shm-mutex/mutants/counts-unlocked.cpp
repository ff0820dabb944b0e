// Mistake: two threads use the count, and nothing orders them.
#include "../recovery_count.h"

namespace {

long recoveries = 0;

long read() { return recoveries; }
void add_one() { ++recoveries; }

}  // namespace

int main(int argc, char** argv) { return shm_mutex::run_counting({read, add_one}, argc, argv); }
