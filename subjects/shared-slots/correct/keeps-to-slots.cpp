// The writer fills each slot to its last byte, and touches none that was given back.
#include "../mail.h"

int main(int argc, char** argv) { return shared_slots::run<shared_slots::Right>(argc, argv); }
