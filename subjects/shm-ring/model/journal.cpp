#include "log.h"

int main(int argc, char** argv) { return log_model::explore_log<log_model::Small>(argc, argv); }
