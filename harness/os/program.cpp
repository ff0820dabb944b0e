#include "os/program.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "os/elf_image.h"
#include "os/files.h"

namespace harness {
namespace {

uint64_t symbol_value(const ElfImage& image, std::string_view name) {
  const std::vector<Elf64_Shdr> sections = image.sections();
  for (const Elf64_Shdr& table : sections) {
    if (table.sh_type != SHT_SYMTAB && table.sh_type != SHT_DYNSYM) continue;
    if (table.sh_link >= sections.size()) continue;
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = image.at<Elf64_Sym>(table.sh_offset + at);
      if (!symbol) break;
      if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_value != 0 &&
          image.text(sections[table.sh_link].sh_offset + symbol->st_name) == name) {
        return symbol->st_value;
      }
    }
  }
  return 0;
}

// What the start code calls: the linker's stand-in, where a program was linked with --wrap=main.
uint64_t main_by_symbol(const ElfImage& image) {
  const uint64_t wrapped = symbol_value(image, "__wrap_main");
  return wrapped != 0 ? wrapped : symbol_value(image, "main");
}

// x86-64: `lea main(%rip),%rdi` (48 8d 3d) or `mov $main,%rdi` (48 c7 c7), then a call, within _start.
uint64_t main_by_x86_start_code(const ElfImage& image, uint64_t entry, std::string_view code) {
  for (size_t i = 0; i + 8 <= code.size(); ++i) {
    int32_t word = 0;
    std::memcpy(&word, code.data() + i + 3, sizeof word);
    const auto byte = [&](size_t k) { return static_cast<unsigned char>(code[i + k]); };
    const bool is_lea = byte(0) == 0x48 && byte(1) == 0x8d && byte(2) == 0x3d;
    const bool is_mov = byte(0) == 0x48 && byte(1) == 0xc7 && byte(2) == 0xc7;
    const uint64_t target = is_lea ? entry + i + 7 + static_cast<int64_t>(word) : static_cast<uint64_t>(word);
    if ((is_lea || is_mov) && image.offset_of(target)) return target;
  }
  return 0;
}

// What the loader writes into the 8 bytes at a link-time address: a relocation says it, or else the file.
uint64_t loaded_word(const ElfImage& image, uint64_t address) {
  const std::vector<Elf64_Shdr> sections = image.sections();
  for (const Elf64_Shdr& table : sections) {
    if (table.sh_type != SHT_RELA || table.sh_link >= sections.size()) continue;
    for (uint64_t at = 0; at + sizeof(Elf64_Rela) <= table.sh_size; at += sizeof(Elf64_Rela)) {
      const auto relocation = image.at<Elf64_Rela>(table.sh_offset + at);
      if (!relocation) break;
      if (relocation->r_offset != address) continue;
      if (ELF64_R_TYPE(relocation->r_info) == R_AARCH64_RELATIVE)
        return static_cast<uint64_t>(relocation->r_addend);
      const auto symbol = image.at<Elf64_Sym>(sections[table.sh_link].sh_offset +
                                              ELF64_R_SYM(relocation->r_info) * sizeof(Elf64_Sym));
      return symbol ? symbol->st_value : 0;
    }
  }
  const auto offset = image.offset_of(address);
  return offset ? image.at<uint64_t>(*offset).value_or(0) : 0;
}

// arm64: `adrp x0, page`, then `add x0, x0, #rest` (main itself, or a jump to it), or in a
// position-independent program `ldr x0, [x0, #rest]` (from the table of addresses that the loader fills).
uint64_t main_by_arm64_start_code(const ElfImage& image, uint64_t entry, std::string_view code) {
  for (size_t i = 0; i + 8 <= code.size(); i += 4) {
    uint32_t adrp = 0;
    uint32_t next = 0;
    std::memcpy(&adrp, code.data() + i, sizeof adrp);
    std::memcpy(&next, code.data() + i + 4, sizeof next);
    if ((adrp & 0x9f00001f) != 0x90000000) continue;
    const uint32_t pages = (adrp >> 5 & 0x7ffff) << 2 | (adrp >> 29 & 3);
    const int64_t distance =
        static_cast<int64_t>(static_cast<uint64_t>(pages) << 43) >> 31;  // 21 signed bits
    const uint64_t page = ((entry + i) & ~uint64_t{0xfff}) + static_cast<uint64_t>(distance);
    const uint64_t rest = next >> 10 & 0xfff;
    uint64_t target = 0;
    if ((next & 0xffc003ff) == 0x91000000) target = page + rest;
    if ((next & 0xffc003ff) == 0xf9400000) target = loaded_word(image, page + rest * 8);
    if (target != 0 && image.offset_of(target)) return target;
  }
  return 0;
}

uint64_t main_by_start_code(const ElfImage& image, uint64_t entry, uint16_t machine) {
  const auto offset = image.offset_of(entry);
  if (!offset) return 0;
  const std::string_view code = image.span(*offset, 64);
  if (machine == EM_X86_64) return main_by_x86_start_code(image, entry, code);
  return machine == EM_AARCH64 ? main_by_arm64_start_code(image, entry, code) : 0;
}

// What HARNESS_PROBE and HARNESS_NEEDS (probe/probe.h) have written into the named section.
std::vector<std::string> names_in(const ElfImage& image, const char* section_name) {
  std::set<std::string> names;
  for (const Elf64_Shdr& section : image.sections()) {
    if (image.section_name(section) != section_name) continue;
    std::string_view rest = image.span(section.sh_offset, section.sh_size);
    while (!rest.empty()) {
      const std::string_view name = rest.substr(0, rest.find('\0'));
      if (!name.empty()) names.emplace(name);
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
  }
  return {names.begin(), names.end()};
}

// The libraries that the dynamic section names (DT_NEEDED, elf(5)).
std::vector<std::string> needed_libraries(const ElfImage& image) {
  std::vector<std::string> names;
  const std::vector<Elf64_Shdr> sections = image.sections();
  for (const Elf64_Shdr& dynamic : sections) {
    if (dynamic.sh_type != SHT_DYNAMIC || dynamic.sh_link >= sections.size()) continue;
    for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic.sh_size; at += sizeof(Elf64_Dyn)) {
      const auto entry = image.at<Elf64_Dyn>(dynamic.sh_offset + at);
      if (!entry || entry->d_tag != DT_NEEDED) continue;
      names.emplace_back(image.text(sections[dynamic.sh_link].sh_offset + entry->d_un.d_val));
    }
  }
  return names;
}

std::string architecture_name(uint16_t machine) {
  if (machine == EM_X86_64) return "x86_64";
  if (machine == EM_AARCH64) return "aarch64";
  return "machine " + std::to_string(machine);
}

Status check_runnable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return usage_error("program " + path + ": " + std::strerror(errno) + "; check the path");
  }
  if (S_ISDIR(status.st_mode))
    return usage_error("program " + path + " is a directory; name the program in it");
  if (::access(path.c_str(), X_OK) != 0) {
    return usage_error("program " + path + " is not executable; chmod +x it, or name its interpreter first");
  }
  return done();
}

Result<Program> read_program(const std::string& path) {
  ASSIGN_OR_RETURN(std::string bytes, read_file(path));
  Program program{.path = path};
  if (bytes.rfind("#!", 0) == 0) {
    const size_t start = bytes.find_first_not_of(" \t", 2);
    program.interpreter = bytes.substr(start, bytes.find_first_of(" \t\n", start) - start);
    return program;
  }
  const ElfImage image(std::move(bytes));
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64) {
    return usage_error("program " + path +
                       " is neither a 64-bit ELF file nor a script with #! in its first line");
  }
  program.is_elf = true;
  program.architecture = architecture_name(header->e_machine);
  program.entry = header->e_entry;
  program.main = main_by_symbol(image);
  if (program.main == 0) program.main = main_by_start_code(image, program.entry, header->e_machine);
  program.take_role = symbol_value(image, "harness_take_role");
  program.probes = names_in(image, "harness_probes");
  program.needs = names_in(image, "harness_needs");
  program.modes = names_in(image, "harness_modes");
  program.libraries = needed_libraries(image);
  program.uses_libfiu = std::any_of(program.libraries.begin(), program.libraries.end(),
                                    [](const std::string& name) { return name.rfind("libfiu.so", 0) == 0; });
  return program;
}

// Which file lies behind a path, and in which state of its content.
using FileState = std::array<int64_t, 6>;

Result<FileState> state_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return system_error(path);
  return FileState{static_cast<int64_t>(status.st_dev),
                   static_cast<int64_t>(status.st_ino),
                   status.st_size,
                   status.st_mtim.tv_sec,
                   status.st_mtim.tv_nsec,
                   status.st_ctim.tv_nsec};
}

}  // namespace

std::string own_architecture() {
#if defined(__x86_64__)
  return architecture_name(EM_X86_64);
#elif defined(__aarch64__)
  return architecture_name(EM_AARCH64);
#else
#error "name this architecture here"
#endif
}

Result<std::string> find_program(const std::string& word, const std::string& directory) {
  if (word.empty()) return usage_error("a command is empty; name a program");
  if (word.find('/') != std::string::npos) {
    const std::string joined = word[0] == '/' || directory.empty() ? word : directory + "/" + word;
    const std::string path =
        directory.empty() ? joined : std::filesystem::path(joined).lexically_normal().string();
    TRY(check_runnable(path));
    return path;
  }
  const char* search = std::getenv("PATH");
  std::istringstream folders(search != nullptr ? search : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string path = (folder.empty() ? "." : folder) + "/" + word;
    if (check_runnable(path)) return path;
  }
  return usage_error("program \"" + word + "\" is not in PATH; write its path, as in ./" + word);
}

Result<Program> inspect_program(const std::string& path) {
  static std::map<FileState, Program> read;
  TRY(check_runnable(path));
  ASSIGN_OR_RETURN(const FileState state, state_of(path));
  if (const auto known = read.find(state); known != read.end()) {
    Program program = known->second;
    program.path = path;
    return program;
  }
  ASSIGN_OR_RETURN(Program program, read_program(path));
  read[state] = program;
  return program;
}

}  // namespace harness
