// Goes on after a short write, and believes what the kernel took.
#include "../record.h"

int main() { return memfd::store_record(memfd::write_until_refused); }
