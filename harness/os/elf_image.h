// A 64-bit ELF file, read: its sections, segments and words (elf(5)).
#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace harness {

// A 64-bit ELF image in memory; every access is checked, since the file is anybody's.
class ElfImage {
 public:
  explicit ElfImage(std::string bytes) : bytes_(std::move(bytes)) {}

  template <typename T>
  std::optional<T> at(uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

  std::string_view span(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size()) return {};
    return std::string_view(bytes_).substr(offset, size);
  }

  std::vector<Elf64_Shdr> sections() const {
    std::vector<Elf64_Shdr> result;
    const auto header = at<Elf64_Ehdr>(0);
    for (unsigned i = 0; header && i < header->e_shnum; ++i) {
      if (const auto section = at<Elf64_Shdr>(header->e_shoff + i * sizeof(Elf64_Shdr)))
        result.push_back(*section);
    }
    return result;
  }

  std::string_view section_name(const Elf64_Shdr& section) const {
    const auto header = at<Elf64_Ehdr>(0);
    const auto names = at<Elf64_Shdr>(header->e_shoff + header->e_shstrndx * sizeof(Elf64_Shdr));
    return names ? text(names->sh_offset + section.sh_name) : std::string_view();
  }

  // The zero-terminated string at an offset.
  std::string_view text(uint64_t offset) const {
    const std::string_view rest = span(offset, 4096);
    return rest.substr(0, rest.find('\0'));
  }

  // The file offset of a link-time address.
  std::optional<uint64_t> offset_of(uint64_t address) const {
    const auto header = at<Elf64_Ehdr>(0);
    for (unsigned i = 0; header && i < header->e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment || segment->p_type != PT_LOAD) continue;
      if (address >= segment->p_vaddr && address < segment->p_vaddr + segment->p_filesz) {
        return segment->p_offset + (address - segment->p_vaddr);
      }
    }
    return std::nullopt;
  }

 private:
  std::string bytes_;
};

}  // namespace harness
