// A plain mutex, and a helper forked inside the lock that leaves the lock alone.
#include "../helper.h"
#include "../participant.h"

namespace {

bool fork_a_reader(const shm_mutex::Run& run) {
  return shm_mutex::work_in_a_helper(run, shm_mutex::fields_are_equal);
}

}  // namespace

int main(int argc, char** argv) {
  shm_mutex::Program program = shm_mutex::plain_program();
  program.work_inside = fork_a_reader;
  return shm_mutex::run(program, argc, argv);
}
