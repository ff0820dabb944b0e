#include "heirs.h"

int main(int argc, char** argv) { return heirs_model::explore_heirs<heirs_model::Right>(argc, argv); }
