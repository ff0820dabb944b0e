// Takes a link out of its epoll before it closes it.
#include "../dropped_link.h"

int main(int argc, char** argv) { return dropped_link::run(dropped_link::remove_and_close, argc, argv); }
