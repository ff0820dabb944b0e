// Program: what can be known of an executable file without running it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace harness {

struct Program {
  std::string path;                    // as it will be executed
  bool is_elf = false;                 // false for a script, whose interpreter runs instead
  std::string interpreter;             // of a script's first line
  std::string architecture;            // "x86_64", "aarch64", …
  uint64_t entry = 0;                  // e_entry: where the kernel or the loader jumps to
  uint64_t main = 0;                   // link-time address of main, 0 when it could not be found
  uint64_t take_role = 0;              // likewise of harness_take_role() in probe/probe.c
  std::vector<std::string> libraries;  // the shared libraries that it names (DT_NEEDED, elf(5))
  bool uses_libfiu = false;  // it loads libfiu, so its failure points can be taken over from outside
  std::vector<std::string>
      probes;  // names in the section harness_probes; empty when the program declares none
  std::vector<std::string> needs;  // names in the section harness_needs: abilities of the machine
  std::vector<std::string> modes;  // names in the section harness_modes: "threads" (probe/threads.c)
};

// The architecture that this program itself is built for, in the words of Program::architecture.
std::string own_architecture();

// Where a command's first word leads: itself when it has a slash (relative to `directory`), else the first
// match in PATH. Errors: not found, a directory, not executable; each names the word.
Result<std::string> find_program(const std::string& word, const std::string& directory);

// Reads the file, once for as long as it does not change. main is found by its symbol, or else from the code
// at the entry point: glibc's _start puts its address into the first argument of __libc_start_main, so that a
// stripped program has a findable main as well.
Result<Program> inspect_program(const std::string& path);

}  // namespace harness
