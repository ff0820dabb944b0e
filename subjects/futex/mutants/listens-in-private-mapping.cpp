// Mistake: the listener maps the object MAP_PRIVATE, as it only reads it. Its sleep is on a page of its own.
#include "../notice.h"

namespace {

notice::Board* map_privately(const notice::Options& options, notice::Board*) {
  const int fd = shm_open(options.name, O_RDWR, 0);
  if (fd < 0) return nullptr;
  void* memory = mmap(nullptr, sizeof(notice::Board), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  close(fd);
  return memory == MAP_FAILED ? nullptr : static_cast<notice::Board*>(memory);
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.map = map_privately;
  return notice::run(program, argc, argv);
}
