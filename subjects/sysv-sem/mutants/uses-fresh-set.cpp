// Mistake: uses a set as soon as it can be found. Its maker has not set it yet, and wipes out what was done.
#include "../keyed.h"

namespace {

bool always(int) { return true; }

}  // namespace

int main(int argc, char** argv) { return keyed_sem::run({.is_ready = always}, argc, argv); }
