#include "report/viewer.h"

// The assembler reads the file; CMake says where it is, and builds this again when it has changed.
asm(".pushsection .rodata\n"
    ".global harness_viewer_begin\n"
    "harness_viewer_begin:\n"
    ".incbin \"" HARNESS_VIEWER_PAGE
    "\"\n"
    ".global harness_viewer_end\n"
    "harness_viewer_end:\n"
    ".popsection\n");

extern "C" {
extern const char harness_viewer_begin[];
extern const char harness_viewer_end[];
}

namespace harness {

std::string_view viewer_page() { return {harness_viewer_begin, harness_viewer_end}; }

}  // namespace harness
