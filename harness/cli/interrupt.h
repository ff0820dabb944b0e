// Interrupt: Ctrl-C and its kin as a descriptor that becomes readable.
#pragma once

#include "os/fd.h"

namespace harness {

class Interrupt {
 public:
  // From here on SIGINT, SIGTERM and SIGHUP no longer end the program; they are read from here.
  Interrupt();

  int descriptor() const { return signals_.get(); }

  // The signal that came, or 0.
  int signal();

 private:
  Fd signals_;
  int signal_ = 0;
};

}  // namespace harness
