// Mistake: gives the undo log up before the fields are put back. One death is repaired; when the repairer
// dies too, the next one finds half a repair and no log.
#include "../participant.h"

namespace {

void repair_only_once(shm_mutex::Record& record) {
  if (record.undo.in_use == 0) return;
  record.undo.in_use = 0;
  for (int i = shm_mutex::kFieldCount - 1; i > 0; --i) record.fields[i] = record.undo.before[i];
  HARNESS_PROBE("repair.half");
  record.fields[0] = record.undo.before[0];
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::robust_program();
  program.repair = repair_only_once;
  return shm_mutex::run(program, argc, argv);
}
