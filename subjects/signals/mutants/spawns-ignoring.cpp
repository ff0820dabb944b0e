// Mistake: an ignored signal stays ignored through execve.
#include "../worker.h"

static void prepare() {}

int main(int argc, char** argv) {
  if (signals::is_worker(argc, argv)) return signals::work_until_terminated();
  signal(SIGTERM, SIG_IGN);
  return signals::start_and_end_worker(prepare);
}
