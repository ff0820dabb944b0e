// Two processes that nothing orders, each deep in calls of its own: `deep CALLS`. The writer's outermost is
// writer_outer, the reader's reader_outer, with CALLS calls of themselves below.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace {

volatile int sink;

__attribute__((noinline)) void writer_inner(volatile int* word) {
  *word = 1;
  sink = 1;
}

__attribute__((noinline)) void writer_outer(volatile int* word, int calls) {
  if (calls > 0) {
    writer_outer(word, calls - 1);
  } else {
    writer_inner(word);
  }
  sink = 2;
}

__attribute__((noinline)) void reader_inner(const volatile int* word) { sink = *word; }

__attribute__((noinline)) void reader_outer(const volatile int* word, int calls) {
  if (calls > 0) {
    reader_outer(word, calls - 1);
  } else {
    reader_inner(word);
  }
  sink = 3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const int calls = atoi(argv[1]);
  auto* word =
      static_cast<int*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const pid_t writer = fork();
  if (writer == 0) {
    writer_outer(word, calls);
    _exit(0);
  }
  reader_outer(word, calls);
  waitpid(writer, nullptr, 0);
  return 0;
}
