// What a race is told as: both sides, where in the memory, and which order is missing. Once for each pair of
// places in all processes, in one write to standard error.
#include <link.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "probe/race/real.h"
#include "probe/race/runtime.h"
#include "probe/race/symbols.h"

namespace race {
namespace {

constexpr uint32_t kMostReports = 50;  // of all processes together: what comes then comes from these
constexpr size_t kSideBytes = 3500;    // of a side's stack: what stands behind it must have room

struct Text {
  char bytes[8192];
  size_t length = 0;

  __attribute__((format(printf, 2, 3))) void add(const char* format, ...) {
    va_list more;
    va_start(more, format);
    const int count = vsnprintf(bytes + length, sizeof bytes - length, format, more);
    va_end(more);
    if (count > 0) length += static_cast<size_t>(count);
    if (length > sizeof bytes - 1) length = sizeof bytes - 1;
  }
  void print() const {
    for (size_t done = 0; done < length;) {
      const ssize_t count = real::write(STDERR_FILENO, bytes + done, length - done);
      if (count <= 0) return;
      done += static_cast<size_t>(count);
    }
  }
};

// A place in a file, the same for all processes that run it.
struct CodePlace {
  const Module* module;
  uint64_t in_file;
};

CodePlace code_place(const Participant& who, uint64_t at) {
  const Participant& process = shadow->participants[who.process];
  for (uint32_t i = 0; i < process.module_count; ++i) {
    const Module& module = process.modules[i];
    if (at >= module.begin && at < module.end) return {&module, at - module.bias};
  }
  return {nullptr, at};
}

uint64_t hash_of_place(const CodePlace& place) {
  uint64_t hash = mixed(place.in_file);
  if (place.module == nullptr) return hash;
  for (const char* at = place.module->path; *at != '\0'; ++at)
    hash = mixed(hash ^ static_cast<unsigned char>(*at));
  return hash;
}

// The frames of one side, innermost first. When there is no room for one, those around it are left out too.
class Frames {
 public:
  Frames(Text& text, const Participant& who) : text_(text), who_(who), end_(text.length + kSideBytes) {}

  // The return address of a call is the instruction behind it.
  void add(uint64_t at) {
    if (at == 0) return;
    const CodePlace place = code_place(who_, at - 1);
    const auto address = static_cast<unsigned long long>(place.in_file);
    if (place.module == nullptr) return add_line(" 0x%llx\n", address);
    const char* slash = strrchr(place.module->path, '/');
    const char* file = slash == nullptr ? place.module->path : slash + 1;
    CodeLine lines[8];
    const int count = code_lines(place.module->path, place.in_file, lines, 8);
    for (int i = 0; i < count; ++i)
      add_line(" %s %s:%d (%s+0x%llx)\n", lines[i].function, lines[i].file, lines[i].line, file, address);
    if (count == 0) add_line(" (%s+0x%llx)\n", place.module->path, address);
  }

 private:
  template <class... Parts>
  void add_line(const char* format, Parts... parts) {
    const size_t before = text_.length;
    if (is_full_) return;
    text_.add("    #%d", number_++);
    text_.add(format, parts...);
    is_full_ = text_.length > end_;
    if (is_full_) text_.length = before;
  }

  Text& text_;
  const Participant& who_;
  size_t end_;
  int number_ = 0;
  bool is_full_ = false;
};

void add_stack(Text& text, const Participant& who, uint32_t place) {
  Frames frames(text, who);
  if (place == 0) text.add("    (where is not known any more: there was no room for it)\n");
  for (uint32_t call = place, depth = 0; call != 0 && depth <= kStackKept; ++depth) {
    frames.add(address_of_call(call));
    call = call_around(call);
  }
}

const char* word_for(Access access) {
  if (access.is_atomic()) return access.is_write() ? "atomic write" : "atomic read";
  return access.is_write() ? "write" : "read";
}

void add_side(Text& text, const char* when, Access access, const Participant& who) {
  text.add("  %s%s of %d bytes by process %d thread %d (%s):\n", when, word_for(access), access.byte_count(),
           who.pid, who.tid, who.name);
}

// What would have made the order.
const char* mend_of(const Participant& me, Access now, Access before) {
  const bool is_half_seen = me.has_pending != 0 && me.pending.at[before.participant()] >= before.epoch();
  if (is_half_seen)
    return "a relaxed load has seen what was published after it: load with acquire, or put an acquire fence "
           "behind the load";
  if (now.is_atomic() != before.is_atomic())
    return "one of them is atomic and the other is not: make both atomic, or order them by a lock or by "
           "release "
           "and acquire";
  if (now.is_write() && before.is_write()) return "no lock, release or message orders them";
  if (before.is_write()) return "publish it with release, and look with acquire, or guard both by one lock";
  return "give the place back with release, and take it with acquire, or guard both by one lock";
}

bool is_first(uint64_t hash) {
  for (uint64_t i = 0; i < kReports; ++i) {
    uint64_t& slot = shadow->reports[(hash + i) % kReports];
    uint64_t found = 0;
    if (__atomic_compare_exchange_n(&slot, &found, hash, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return true;
    if (found == hash) return false;
  }
  return false;
}

void tell(const Mapping& mapping, uint64_t address, Access now, Access before) {
  const Participant& me = *current.self;
  const Participant& other = shadow->participants[before.participant()];
  const Segment& segment = shadow->segments[mapping.segment];
  Text text;
  text.add("WARNING: HarnessRace: data race at %s+0x%llx\n", segment.name,
           static_cast<unsigned long long>(mapping.offset + (address - mapping.begin)));
  add_side(text, "", now, me);
  add_stack(text, me, now.place());
  add_side(text, "before it, ", before, other);
  add_stack(text, other, before.place());
  text.add("  missing order: the %s is not ordered before the %s: %s\n", word_for(before), word_for(now),
           mend_of(me, now, before));
  text.add("SUMMARY: HarnessRace: data race at %s+0x%llx\n", segment.name,
           static_cast<unsigned long long>(mapping.offset + (address - mapping.begin)));
  text.print();
}

struct Search {
  Participant* participant;
  bool is_program;  // the first object is the program itself, and has no name
};

int note_module(struct dl_phdr_info* info, size_t, void* given) {
  auto& search = *static_cast<Search*>(given);
  Participant& participant = *search.participant;
  if (participant.module_count == kModules) return 1;
  Module& module = participant.modules[participant.module_count];
  module = {};
  module.bias = info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    module.begin = info->dlpi_addr + part.p_vaddr;
    module.end = module.begin + part.p_memsz;
  }
  snprintf(module.path, sizeof module.path, "%s", info->dlpi_name);
  if (search.is_program) {
    const ssize_t length = readlink("/proc/self/exe", module.path, sizeof module.path - 1);
    module.path[length > 0 ? length : 0] = '\0';
  }
  search.is_program = false;
  if (module.end != 0) ++participant.module_count;
  return 0;
}

}  // namespace

void note_modules(Participant& participant) {
  participant.module_count = 0;
  Search search{.participant = &participant, .is_program = true};
  dl_iterate_phdr(note_module, &search);
}

void report(const Mapping& mapping, uint64_t address, Access now, Access before) {
  const Participant& other = shadow->participants[before.participant()];
  const uint64_t hash = mixed(hash_of_place(code_place(*current.self, address_of_call(now.place()))) +
                              hash_of_place(code_place(other, address_of_call(before.place())))) |
                        1;
  if (!is_first(hash)) return;
  if (__atomic_add_fetch(&shadow->report_count, 1, __ATOMIC_RELAXED) > kMostReports) return;
  const int saved_errno = errno;
  current.is_inside = true;
  tell(mapping, address, now, before);
  current.is_inside = false;
  errno = saved_errno;
}

void say_full(uint32_t what, const char* text) {
  const uint32_t bit = 1U << what;
  if ((__atomic_fetch_or(&shadow->is_full, bit, __ATOMIC_RELAXED) & bit) != 0) return;
  Text said;
  said.add("HarnessRace CHECK failed: %s: what comes after it is not watched\n", text);
  said.print();
}

}  // namespace race
