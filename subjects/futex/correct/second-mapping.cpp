// Sleeps at another address, in a second mapping of the object: what counts is the object and the offset.
#include "../notice.h"

namespace {

notice::Board* map_once_more(const notice::Options& options, notice::Board* board) {
  void* second = shared_memory::open_shared(options.name, sizeof(notice::Board));
  return second == board ? nullptr : static_cast<notice::Board*>(second);
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.map = map_once_more;
  return notice::run(program, argc, argv);
}
