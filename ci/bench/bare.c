/* The floor of a case: the same two processes with nothing around them. Prints the median cost of a pair.
 *   bare RUNS PROGRAM NAME      runs `PROGRAM owner` and then `PROGRAM waiter` to their ends, RUNS times, on
 * CPU 0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static double now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void run_role(char* program, char* role, char* name) {
  char* words[] = {program, role, "--name", name, "--participants", "2", NULL};
  pid_t child;
  if (posix_spawn(&child, program, NULL, NULL, words, environ) != 0) exit(70);
  int status;
  waitpid(child, &status, 0);
}

static int by_size(const void* a, const void* b) {
  const double difference = *(const double*)a - *(const double*)b;
  return (difference > 0) - (difference < 0);
}

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  const int runs = atoi(argv[1]);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  sched_setaffinity(0, sizeof set, &set);
  double* costs = calloc((size_t)runs, sizeof *costs);
  for (int i = 0; i < runs; ++i) {
    const double start = now_us();
    run_role(argv[2], "owner", argv[3]);
    run_role(argv[2], "waiter", argv[3]);
    costs[i] = now_us() - start;
  }
  qsort(costs, (size_t)runs, sizeof *costs, by_size);
  printf("%.1f\n", costs[runs / 2]);
  return 0;
}
