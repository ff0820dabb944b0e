// Mistake: the mask goes through fork and execve, so that SIGTERM stays pending in the worker for ever.
#include "../worker.h"

static void prepare() {}

int main(int argc, char** argv) {
  if (signals::is_worker(argc, argv)) return signals::work_until_terminated();
  signals::block(SIGTERM);
  return signals::start_and_end_worker(prepare);
}
