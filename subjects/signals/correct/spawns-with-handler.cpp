// A handler needs no care: execve puts the default action in its place.
#include "../worker.h"

static void prepare() {}

int main(int argc, char** argv) {
  if (signals::is_worker(argc, argv)) return signals::work_until_terminated();
  signals::handle(SIGTERM, signals::take_note);
  return signals::start_and_end_worker(prepare);
}
