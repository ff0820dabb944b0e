#include "os/program.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

constexpr uint64_t kLoadedAt = 0x10000;

// A program file without symbols: one segment that is the whole file, the code, eight zero bytes behind it
// for an address, and a relocation of type and addend for those.
class StrippedProgram {
 public:
  StrippedProgram(uint16_t machine, const std::array<uint32_t, 4>& code, int64_t addend) {
    Layout file{};
    std::memcpy(file.header.e_ident, ELFMAG, SELFMAG);
    file.header.e_ident[EI_CLASS] = ELFCLASS64;
    file.header.e_machine = machine;
    file.header.e_entry = kLoadedAt + offsetof(Layout, code);
    file.header.e_phoff = offsetof(Layout, segment);
    file.header.e_phnum = 1;
    file.header.e_shoff = offsetof(Layout, section);
    file.header.e_shnum = 1;
    file.segment = {.p_type = PT_LOAD, .p_vaddr = kLoadedAt, .p_filesz = sizeof file};
    file.section = {
        .sh_type = SHT_RELA, .sh_offset = offsetof(Layout, relocation), .sh_size = sizeof file.relocation};
    std::memcpy(file.code, code.data(), sizeof file.code);
    file.relocation = {.r_offset = kLoadedAt + offsetof(Layout, address),
                       .r_info = ELF64_R_INFO(0, R_AARCH64_RELATIVE),
                       .r_addend = addend};
    const int descriptor = ::mkstemp(path_.data());
    ::fchmod(descriptor, 0700);
    ::close(descriptor);
    std::ofstream(path_).write(reinterpret_cast<const char*>(&file), sizeof file);
  }
  ~StrippedProgram() { ::unlink(path_.c_str()); }
  StrippedProgram(const StrippedProgram&) = delete;
  StrippedProgram& operator=(const StrippedProgram&) = delete;

  uint64_t main() const { return inspect_program(path_).value().main; }

  struct Layout {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    Elf64_Shdr section;
    Elf64_Rela relocation;
    uint32_t code[4];
    uint64_t address;
  };

 private:
  std::string path_ = "/tmp/harness-program-XXXXXX";
};

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(a_program_that_was_written_anew_is_read_anew) {
  const std::string path = "/tmp/harness-script-" + std::to_string(::getpid());
  for (const std::string interpreter : {"/bin/sh", "/usr/bin/python3"}) {
    std::ofstream(path) << "#!" << interpreter << '\n';
    ::chmod(path.c_str(), 0700);
    BOOST_TEST(inspect_program(path).value().interpreter == interpreter);
    BOOST_TEST(inspect_program(path).value().path == path);
  }
  ::unlink(path.c_str());
}

BOOST_AUTO_TEST_CASE(the_main_of_this_very_program_is_found) {
  const auto self = inspect_program("/proc/self/exe");
  BOOST_REQUIRE(self.ok());
  BOOST_TEST(self->is_elf);
  BOOST_TEST(self->main != 0u);
  BOOST_TEST(self->main != self->entry);
}

// Debian's programs are stripped: only the code at their entry says where main is.
BOOST_AUTO_TEST_CASE(the_main_of_a_stripped_program_is_found) {
  const auto cat = inspect_program("/bin/cat");
  BOOST_REQUIRE(cat.ok());
  BOOST_TEST(cat->main != 0u);
  BOOST_TEST(cat->probes.empty());
}

// `add x0, x0, #rest` and `ldr x0, [x0, #rest]` behind an adrp of the page of the code.
constexpr uint32_t kNop = 0xd503201f;
constexpr uint32_t kAdrpSamePage = 0x90000000;
uint32_t add_to_x0(uint64_t rest) { return 0x91000000U | static_cast<uint32_t>(rest) << 10; }
uint32_t load_x0_from(uint64_t rest) { return 0xf9400000U | static_cast<uint32_t>(rest / 8) << 10; }

BOOST_AUTO_TEST_CASE(the_main_of_a_stripped_arm64_program_is_found) {
  const StrippedProgram program(EM_AARCH64, {kNop, kAdrpSamePage, add_to_x0(0x40), kNop}, 0);
  BOOST_TEST(program.main() == kLoadedAt + 0x40);
}

BOOST_AUTO_TEST_CASE(the_main_of_a_stripped_position_independent_arm64_program_is_found) {
  constexpr uint64_t kSlot = offsetof(StrippedProgram::Layout, address);
  const StrippedProgram program(EM_AARCH64, {kNop, kAdrpSamePage, load_x0_from(kSlot), kNop},
                                kLoadedAt + 0x50);
  BOOST_TEST(program.main() == kLoadedAt + 0x50);
}

BOOST_AUTO_TEST_CASE(the_page_of_an_arm64_main_may_lie_before_the_code) {
  constexpr uint32_t kAdrpPageBefore = 0xf0ffffe0;  // minus one page: outside of the program here
  const StrippedProgram program(EM_AARCH64, {kAdrpPageBefore, add_to_x0(0x40), kNop, kNop}, 0);
  BOOST_TEST(program.main() == 0u);
}

BOOST_AUTO_TEST_CASE(code_of_another_machine_is_not_guessed_at) {
  const StrippedProgram program(EM_RISCV, {kNop, kAdrpSamePage, add_to_x0(0x40), kNop}, 0);
  BOOST_TEST(program.main() == 0u);
}

BOOST_AUTO_TEST_CASE(a_word_without_a_slash_is_looked_up_in_path) {
  BOOST_TEST(find_program("cat", "").ok());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_run_is_told) {
  BOOST_TEST(find_program("no-such-program", "").error().message.find("not in PATH") != std::string::npos);
  BOOST_TEST(find_program("/etc/passwd", "").error().message.find("not executable") != std::string::npos);
  BOOST_TEST(find_program("/etc", "").error().message.find("is a directory") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
