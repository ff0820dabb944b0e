#include "bell.h"

int main(int argc, char** argv) { return bell_model::explore_bell<bell_model::Small>(argc, argv); }
