#include "os/functions.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

#include "os/elf_image.h"
#include "os/files.h"
#include "os/procfs.h"

namespace harness {
namespace {

constexpr uint64_t kPageMask = ~uint64_t{0xfff};

std::optional<uint64_t> first_link_address(const ElfImage& image) {
  const auto header = image.at<Elf64_Ehdr>(0);
  for (unsigned i = 0; header && i < header->e_phnum; ++i) {
    const auto segment = image.at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
    if (segment && segment->p_type == PT_LOAD) return segment->p_vaddr & kPageMask;
  }
  return std::nullopt;
}

Result<ElfImage> read_image(const std::string& path) {
  ASSIGN_OR_RETURN(std::string bytes, read_file(path));
  ElfImage image(std::move(bytes));
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
    return usage_error(path + " is no ELF file");
  return image;
}

// The program's own file first.
std::vector<Mapping> beginnings_of_files(pid_t pid) {
  std::vector<Mapping> found;
  std::set<std::string> seen;
  for (Mapping& mapping : mappings_of(pid)) {
    const bool is_file = mapping.offset == 0 && mapping.object.starts_with("/") && !mapping.is_shared;
    if (is_file && seen.insert(mapping.object).second) found.push_back(std::move(mapping));
  }
  const std::string program = read_link(proc_folder(pid) + "/exe");
  std::stable_partition(found.begin(), found.end(),
                        [&](const Mapping& one) { return one.object == program; });
  return found;
}

struct Function {
  std::string_view name;
  uint64_t address = 0;  // at link time
  uint64_t size = 0;
};

// Bit 15 of a version says that the name is kept for old programs only (gabi, .gnu.version).
bool is_old_version(const ElfImage& image, const std::vector<Elf64_Shdr>& sections, size_t table,
                    uint64_t index) {
  for (const Elf64_Shdr& versions : sections) {
    if (versions.sh_type != SHT_GNU_versym || versions.sh_link != table) continue;
    const auto version = image.at<uint16_t>(versions.sh_offset + index * sizeof(uint16_t));
    return version && (*version & 0x8000) != 0;
  }
  return false;
}

template <class Visit>
void each_function(const ElfImage& image, Visit visit) {
  const std::vector<Elf64_Shdr> sections = image.sections();
  for (size_t i = 0; i < sections.size(); ++i) {
    const Elf64_Shdr& table = sections[i];
    if (table.sh_type != SHT_SYMTAB && table.sh_type != SHT_DYNSYM) continue;
    if (table.sh_link >= sections.size()) continue;
    for (uint64_t index = 0; (index + 1) * sizeof(Elf64_Sym) <= table.sh_size; ++index) {
      const auto symbol = image.at<Elf64_Sym>(table.sh_offset + index * sizeof(Elf64_Sym));
      if (!symbol) break;
      if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_value == 0) continue;
      if (is_old_version(image, sections, i, index)) continue;
      const std::string_view name = image.text(sections[table.sh_link].sh_offset + symbol->st_name);
      if (visit(Function{name, symbol->st_value, symbol->st_size})) return;
    }
  }
}

std::string in_hex(uint64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
  return text;
}

// A C++ function's name without its types: "home_made::acquire_by_list".
std::string readable(std::string_view symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(std::string(symbol).c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || text == nullptr) return std::string(symbol);
  const std::string_view whole = text.get();
  std::string_view name = whole.substr(0, whole.find_first_of("<("));
  if (const size_t result = name.rfind(' '); result != std::string_view::npos) name.remove_prefix(result + 1);
  return name.empty() ? std::string(symbol) : std::string(name);
}

}  // namespace

Result<uint64_t> find_function(pid_t pid, const std::string& name) {
  for (const Mapping& file : beginnings_of_files(pid)) {
    const auto image = read_image(file.object);
    if (!image) continue;
    const auto linked = first_link_address(*image);
    if (!linked) continue;
    uint64_t found = 0;
    each_function(*image, [&](const Function& one) {
      if (one.name != name) return false;
      found = one.address + (file.start - *linked);
      return true;
    });
    if (found != 0) return found;
  }
  return usage_error(
      "no function \"" + name +
      "\" in the program or its libraries; name one that it has a symbol for (nm -D lists them)");
}

std::string describe_code(pid_t pid, uint64_t address) {
  const auto here = mapping_at(pid, address);
  if (!here || !here->object.starts_with("/")) return in_hex(address);
  const auto image = read_image(here->object);
  const auto linked = image ? first_link_address(*image) : std::nullopt;
  if (!linked) return in_hex(address);
  uint64_t start = 0;
  for (const Mapping& file : beginnings_of_files(pid)) {
    if (file.object == here->object) start = file.start;
  }
  const uint64_t wanted = address - start + *linked;
  Function nearest{};
  each_function(*image, [&](const Function& one) {
    if (one.address <= wanted && wanted < one.address + one.size && one.address >= nearest.address)
      nearest = one;
    return false;
  });
  if (nearest.address != 0) return readable(nearest.name) + "+" + std::to_string(wanted - nearest.address);
  return here->object.substr(here->object.rfind('/') + 1) + "+" + in_hex(wanted);
}

}  // namespace harness
