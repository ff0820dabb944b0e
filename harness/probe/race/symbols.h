// Lines of source, as the debug information of a program file tells them.
#pragma once

#include <cstdint>

namespace race {

struct CodeLine {
  const char* function;
  const char* file;
  int line;
};

// The lines to which the instruction belongs, inlined functions first; how many. 0 when the file is not
// there, has no debug information, or libbacktrace was not linked.
int code_lines(const char* path, uint64_t in_file, CodeLine* lines, int most);

}  // namespace race
