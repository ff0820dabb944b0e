#include "sum.h"

int main(int argc, char** argv) { return sum_model::explore_sum<sum_model::Right>(argc, argv); }
