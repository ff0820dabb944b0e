#include "run/race_shadow.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/race/shadow.h"

namespace harness {

Status RaceShadow::provide() {
  is_used_ = true;
  if (file_.is_open()) return done();
  file_ = Fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file_.is_open()) return system_error("cannot make " + path_);
  TRY(begin_case());
  is_used_ = true;
  return done();
}

// All of its pages go, and come again as zeroes. Threads are noted anew in each generation, also those of a
// program that was copied after the last one.
Status RaceShadow::begin_case() {
  if (!is_used_) return done();
  is_used_ = false;
  ++generation_;
  if (::ftruncate(file_.get(), 0) != 0 || ::ftruncate(file_.get(), sizeof(race::Shadow)) != 0)
    return system_error("cannot empty " + path_);
  const ssize_t count =
      ::pwrite(file_.get(), &generation_, sizeof generation_, offsetof(race::Shadow, generation));
  return count == sizeof generation_ ? done() : Status(system_error("cannot write " + path_));
}

}  // namespace harness
