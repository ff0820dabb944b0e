// GuestTemplate: a machine that has booted and waits for its start, on disk. Guests are copies of it, which
// takes a tenth of the time of a boot.
#pragma once

#include <string>

#include "base/result.h"
#include "os/fd.h"
#include "os/qemu.h"

namespace harness {

struct GuestTemplate {
  Fd memory;
  Fd state;
};

// Whose template, and where templates lie.
struct TemplatePlace {
  std::string directory;
  std::string name;         // of the target: it has one template, and a new one takes the old one's place
  std::string fingerprint;  // of everything that the machine is made of
};

// Opens the template, making it first where there is none or a broken one. Two runs at once never make one
// together: an error tells the second, which does better to boot than to wait. The files stay usable when
// another run replaces them.
Result<GuestTemplate> open_template(const TemplatePlace& place, const MachineModel& model,
                                    const Patience& patience);

// Throws it away: no guest would come of it.
void remove_template(const TemplatePlace& place);

// Waits until a machine that boots says that it is ready for its start.
Status wait_until_ready(Machine& machine, const Patience& patience);

}  // namespace harness
