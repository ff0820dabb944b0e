// A full fence keeps the two stores in order, and an acquire the load before the store after it.
#include "../two_words.h"

int main(int argc, char** argv) { return two_words::run<two_words::Right>(argc, argv); }
