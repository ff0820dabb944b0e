// The child gets an open mask and the default actions back before it becomes another program.
#include "../worker.h"

static void prepare() {
  signal(SIGTERM, SIG_DFL);
  const sigset_t wanted = signals::only(SIGTERM);
  sigprocmask(SIG_UNBLOCK, &wanted, nullptr);
}

int main(int argc, char** argv) {
  if (signals::is_worker(argc, argv)) return signals::work_until_terminated();
  signal(SIGTERM, SIG_IGN);
  signals::block(SIGTERM);
  return signals::start_and_end_worker(prepare);
}
