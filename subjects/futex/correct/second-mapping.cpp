// Sleeps at another address, in a second mapping of the object: what counts is the object and the offset.
#include "../notice.h"

namespace {

// An old size of 0 makes a second mapping of the same pages (mremap(2)).
notice::Board* map_once_more(const notice::Options&, notice::Board* board) {
  void* second = mremap(board, 0, sizeof(notice::Board), MREMAP_MAYMOVE);
  return second == MAP_FAILED || second == board ? nullptr : static_cast<notice::Board*>(second);
}

}  // namespace

int main(int argc, char** argv) {
  notice::Program program = notice::notice_program();
  program.map = map_once_more;
  return notice::run(program, argc, argv);
}
