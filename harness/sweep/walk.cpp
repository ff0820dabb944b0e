#include "sweep/walk.h"

#include <algorithm>

namespace harness {
bool Walk::is_uncounted(uint64_t address) const {
  const auto& all = origin_.bounds().uncounted;
  return std::find(all.begin(), all.end(), address) != all.end() || origin_.bounds().vdso.contains(address);
}

// Functions of the probe library run at full speed, and so does the vdso, which goes round for as long as the
// kernel is at the clock.
Status Walk::run_through(const RegisterSet& at_entry) {
  ASSIGN_OR_RETURN(const bool is_back, victim_.run_to(return_address(victim_.pid(), at_entry)));
  if (!is_back) return unavailable("the region was not left: the program ended, or sleeps");
  return done();
}

// The victim stands before an instruction: whether that belongs to the region.
Result<bool> Walk::arrive() {
  const Bounds& bounds = origin_.bounds();
  for (;;) {
    ASSIGN_OR_RETURN(const RegisterSet there, read_registers(victim_.pid()));
    const uint64_t address = program_counter(there);
    if (address == bounds.last && !bounds.last_probe.empty() &&
        text_at(victim_.pid(), first_argument(there)) == bounds.last_probe) {
      end_ = address;
      return false;
    }
    if (is_uncounted(address)) {
      TRY(run_through(there));
      continue;
    }
    if (address == returns_to_ && stack_pointer(there) >= returns_with_) {
      end_ = address;
      return false;
    }
    if (address == bounds.last && returns_to_ == 0) {
      returns_to_ = return_address(victim_.pid(), there);
      returns_with_ = stack_pointer(there);
    }
    position_ = {address, ++passings_[address]};
    return true;
  }
}

Status Walk::begin() {
  ASSIGN_OR_RETURN(const bool is_inside, arrive());
  if (!is_inside) return usage_error("the region ends where it begins");
  return done();
}

Result<bool> Walk::next() {
  call_ = -1;
  if (makes_call(code_at(victim_.pid(), position_.address))) {
    ASSIGN_OR_RETURN(const RegisterSet there, read_registers(victim_.pid()));
    call_ = static_cast<long>(call_number(there));
  }
  ASSIGN_OR_RETURN(const TraceStop arrival, victim_.step());
  if (arrival.kind != TraceStop::Kind::trap)
    return unavailable("the region was not left: " + describe(arrival));
  return arrive();
}

}  // namespace harness
