// Mistake: closes a link and takes it for gone from its epoll, which knows the open file as long as anybody
// has it.
#include "../dropped_link.h"

namespace {

void close_alone(int) { close(dropped_link::kDropped); }

}  // namespace

int main(int argc, char** argv) { return dropped_link::run(close_alone, argc, argv); }
