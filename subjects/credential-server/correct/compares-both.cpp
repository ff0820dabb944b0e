// Grants only where the connection and the message name the same user.
#include "../run.h"

int main(int argc, char** argv) { return credentials::run(credentials::by_both, argc, argv); }
