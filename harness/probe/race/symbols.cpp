#include "probe/race/symbols.h"

#include <link.h>

#include <cstring>

// libbacktrace comes with gcc, for clang too, but clang has no path to its header. All of it may be missing.
extern "C" {
struct backtrace_state;
using backtrace_error = void (*)(void* data, const char* message, int number);
using backtrace_full = int (*)(void* data, uintptr_t at, const char* file, int line, const char* function);
__attribute__((weak)) backtrace_state* backtrace_create_state(const char* path, int threaded,
                                                              backtrace_error on_error, void* data);
__attribute__((weak)) int backtrace_pcinfo(backtrace_state* state, uintptr_t at, backtrace_full on_line,
                                           backtrace_error on_error, void* data);
}

namespace race {
namespace {

struct File {
  char path[232];
  backtrace_state* state;
};
File files[8];
int files_lock;

void ignore(void*, const char*, int) {}

struct Lines {
  CodeLine* lines;
  int count;
  int most;
};

int add_line(void* given, uintptr_t, const char* file, int line, const char* function) {
  auto& lines = *static_cast<Lines*>(given);
  if (file == nullptr || lines.count == lines.most) return 0;
  lines.lines[lines.count++] = {function == nullptr ? "?" : function, file, line};
  return 0;
}

struct Loaded {
  const char* path;
  bool is_program;
  uint64_t program_bias;
  uint64_t bias;
  bool is_loaded;
};

int find_loaded(struct dl_phdr_info* info, size_t, void* given) {
  auto& loaded = *static_cast<Loaded*>(given);
  if (loaded.is_program) loaded.program_bias = info->dlpi_addr;
  if (!loaded.is_program && strcmp(info->dlpi_name, loaded.path) == 0) {
    loaded.bias = info->dlpi_addr;
    loaded.is_loaded = true;
  }
  loaded.is_program = false;
  return 0;
}

backtrace_state* state_of(const char* path) {
  for (File& file : files) {
    if (strcmp(file.path, path) == 0) return file.state;
    if (file.path[0] != '\0') continue;
    strncpy(file.path, path, sizeof file.path - 1);
    file.state = backtrace_create_state(file.path, 0, ignore, nullptr);
    return file.state;
  }
  return nullptr;
}

}  // namespace

// libbacktrace takes the file that it is given for the program that it is in, and so for loaded where that
// is. A library of another process is found if this one has it too.
int code_lines(const char* path, uint64_t in_file, CodeLine* lines, int most) {
  if (backtrace_create_state == nullptr || backtrace_pcinfo == nullptr) return 0;
  Loaded loaded{.path = path, .is_program = true, .program_bias = 0, .bias = 0, .is_loaded = false};
  dl_iterate_phdr(find_loaded, &loaded);
  while (__atomic_exchange_n(&files_lock, 1, __ATOMIC_ACQUIRE) != 0) {
  }
  Lines found{.lines = lines, .count = 0, .most = most};
  backtrace_state* state = state_of(loaded.is_loaded ? "/proc/self/exe" : path);
  const uint64_t at = (loaded.is_loaded ? loaded.bias : loaded.program_bias) + in_file;
  if (state != nullptr) backtrace_pcinfo(state, at, add_line, ignore, &found);
  __atomic_store_n(&files_lock, 0, __ATOMIC_RELEASE);
  return found.count;
}

}  // namespace race
