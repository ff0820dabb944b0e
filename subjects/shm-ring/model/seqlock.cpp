#include "record.h"

int main(int argc, char** argv) { return record_model::explore_record<record_model::Small>(argc, argv); }
