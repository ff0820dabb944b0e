// Places of code in what was told of signal handlers: (/path/of/program+0x1234) becomes (note
// subjects/x/y.cpp:12), where the program has debugging information and addr2line(1) is installed. Done where
// the programs' files are, which for a guest is not where they ran.
#pragma once

#include <string>

#include "core/event.h"

namespace harness {

// A text with each such place written out; what cannot be found stays as it was.
std::string with_code_places(const std::string& text);

// The same for those of a history's outputs that have places.
void write_code_places(History& history);

}  // namespace harness
