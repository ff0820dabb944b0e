// The handler takes a note on a stack of its own, with what the signal says; the program prints it.
#include <stdio.h>
#include <stdlib.h>

#include "../handled.h"

namespace {

volatile sig_atomic_t seen = 0;

void note(int, siginfo_t* info, void*) { seen = info->si_signo; }

}  // namespace

int main() {
  stack_t stack{};
  stack.ss_size = 65536;
  stack.ss_sp = malloc(stack.ss_size);
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  sigaction(SIGUSR1, &action, nullptr);
  signal_safety::work();
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
  free(stack.ss_sp);  // only the kernel knew of it
  printf("signal %d\n", static_cast<int>(seen));
  return seen == SIGUSR1 ? 0 : 1;
}
