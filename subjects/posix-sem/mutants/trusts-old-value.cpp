// Mistake: relies on the initial value that it asks for. O_CREAT gives it to a new semaphore only; one that
// is there keeps the value that a dead holder left (sem_open(3)).
#include "../named.h"

namespace {

bool make_if_not_there(named_sem::Run& run) {
  run.semaphore = sem_open(run.name, O_CREAT, 0600, 1);
  return run.semaphore != SEM_FAILED;
}

}  // namespace

int main(int argc, char** argv) { return named_sem::run({.open_semaphore = make_if_not_there}, argc, argv); }
