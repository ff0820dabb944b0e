// Mistake: commits the bytes by one store and the records by the next. Who dies between them leaves a journal
// that contradicts itself.
#include "../journal.h"

namespace {

struct Variant : shm_ring::RightJournal {
  template <class Types>
  using Commit = shm_ring::TwoWords<Types>;
};

}  // namespace

int main(int argc, char** argv) { return shm_ring::run_journal<Variant>(argc, argv); }
