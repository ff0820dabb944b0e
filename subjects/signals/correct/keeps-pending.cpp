// What is pending goes through execve, and is there for the program that the process becomes.
#include <string.h>

#include "../handling.h"

int main(int argc, char** argv) {
  const sigset_t wanted = signals::only(SIGUSR1);
  if (argc == 2 && strcmp(argv[1], "after") == 0) return sigwaitinfo(&wanted, nullptr) == SIGUSR1 ? 0 : 1;
  signals::block(SIGUSR1);
  raise(SIGUSR1);
  HARNESS_PROBE("child.started");
  execl("/proc/self/exe", "after", "after", nullptr);
  return 2;
}
