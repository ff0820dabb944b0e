// Mistake: removes what is there and makes it anew. The key is free at once, and those who are attached go on
// with the old segment, which nobody writes to any more (shmctl(2)).
#include "../segment.h"

namespace {

int remove_and_make(key_t key) {
  const int id = sysv_shm::find(key);
  if (id >= 0) shmctl(id, IPC_RMID, nullptr);
  return sysv_shm::make(key);
}

}  // namespace

int main(int argc, char** argv) { return sysv_shm::run({.open_as_first = remove_and_make}, argc, argv); }
