#include "run/journal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "os/fd.h"
#include "probe/journal.h"

namespace harness {
namespace {

harness_journal* map_file(const std::string& path, int flags) {
  const Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | flags, 0666));
  if (!file.is_open()) return nullptr;
  if ((flags & O_CREAT) != 0) {
    if (::ftruncate(file.get(), sizeof(harness_journal)) != 0) return nullptr;
  } else if (::lseek(file.get(), 0, SEEK_END) < static_cast<off_t>(sizeof(harness_journal))) {
    return nullptr;
  }
  void* memory = ::mmap(nullptr, sizeof(harness_journal), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  return memory == MAP_FAILED ? nullptr : static_cast<harness_journal*>(memory);
}

EventKind kind_of(uint16_t kind) {
  switch (kind) {
    case HARNESS_RECORD_REACHED:
      return EventKind::reached;
    case HARNESS_RECORD_INVOKE:
      return EventKind::invoke;
    case HARNESS_RECORD_OK:
      return EventKind::ok;
    case HARNESS_RECORD_FAIL:
      return EventKind::fail;
    case HARNESS_RECORD_INFO:
      return EventKind::info;
    default:
      return EventKind::observed;
  }
}

// A fixed-size field that the subject wrote: never trusted to end in a zero.
std::string text_of(const char (&field)[HARNESS_NAME_MAX]) { return {field, ::strnlen(field, sizeof field)}; }

Event event_of(const harness_record& record, const std::string& role) {
  Event event{.time_ns = record.time_ns,
              .role = role,
              .pid = record.pid,
              .tid = record.tid,
              .kind = kind_of(record.kind),
              .name = text_of(record.name)};
  if (event.kind == EventKind::reached) {
    event.data["nth"] = record.nth;
    return event;
  }
  event.data["values"] = nlohmann::json::array();
  const int count = std::min<int>(record.value_count, HARNESS_VALUES_MAX);
  for (int i = 0; i < count; ++i) event.data["values"].push_back(record.values[i]);
  return event;
}

void drain_one(const harness_journal& journal, const std::string& role, History& into) {
  const uint64_t count = __atomic_load_n(&journal.record_count, __ATOMIC_ACQUIRE);
  for (uint64_t i = 0; i < std::min<uint64_t>(count, HARNESS_RECORDS_MAX); ++i) {
    const harness_record& record = journal.records[i];
    if (__atomic_load_n(&record.kind, __ATOMIC_ACQUIRE) != HARNESS_RECORD_NONE)
      into.push_back(event_of(record, role));
  }
  if (count <= HARNESS_RECORDS_MAX) return;
  into.push_back({.time_ns = into.back().time_ns,
                  .role = role,
                  .pid = journal.owner_pid,
                  .tid = journal.owner_pid,
                  .kind = EventKind::lost,
                  .name = "operations",
                  .data = {{"reason", "the journal holds " + std::to_string(HARNESS_RECORDS_MAX) +
                                          " records, but " + std::to_string(count) + " were written"}}});
}

}  // namespace

Result<RoleJournal> RoleJournal::create(const std::string& path) {
  harness_journal* memory = map_file(path, O_CREAT);
  if (memory == nullptr) return system_error("cannot make the journal " + path);
  return RoleJournal(path, memory);
}

// All of it is emptied, by giving the pages back where the file system can: nothing that a subject wrote
// anywhere in them survives into the next case.
Status RoleJournal::begin(const std::vector<std::string>& probes) {
  if (probes.size() > HARNESS_POINTS_MAX) {
    return usage_error("a program may declare at most " + std::to_string(HARNESS_POINTS_MAX) +
                       " probes, this one has " + std::to_string(probes.size()));
  }
  if (::madvise(memory_, sizeof *memory_, MADV_REMOVE) != 0) std::memset(memory_, 0, sizeof *memory_);
  forget_children();
  for (const std::string& probe : probes) {
    harness_point& point = memory_->points[memory_->point_count++];
    std::strncpy(point.name, probe.c_str(), sizeof point.name - 1);
  }
  memory_->magic = HARNESS_JOURNAL_MAGIC;
  return done();
}

void RoleJournal::give_to(pid_t pid) { memory_->owner_pid = pid; }

RoleJournal::RoleJournal(RoleJournal&& other) noexcept
    : path_(std::move(other.path_)),
      memory_(std::exchange(other.memory_, nullptr)),
      children_(std::move(other.children_)) {
  other.children_.clear();
}

RoleJournal::~RoleJournal() {
  if (memory_ != nullptr) ::munmap(memory_, sizeof *memory_);
  forget_children();
}

void RoleJournal::forget_children() {
  for (const auto& [pid, journal] : children_) ::munmap(journal, sizeof *journal);
  children_.clear();
}

void RoleJournal::park_at(const std::string& probe, int nth) {
  CHECK(nth >= 1 && nth <= 64) << probe << "#" << nth;
  for (uint32_t i = 0; i < memory_->point_count; ++i) {
    if (probe != memory_->points[i].name) continue;
    memory_->points[i].park_mask |= uint64_t{1} << (nth - 1);
    memory_->armed = 1;
  }
}

void RoleJournal::park_everywhere() {
  for (uint32_t i = 0; i < memory_->point_count; ++i) memory_->points[i].park_mask = HARNESS_EVERY_ARRIVAL;
  memory_->armed = memory_->point_count;
}

harness_journal* RoleJournal::of_process(pid_t pid) const {
  if (memory_->owner_pid == pid) return memory_;
  for (const auto& [child, journal] : children_) {
    if (child == pid) return journal;
  }
  harness_journal* journal = map_file(path_ + "." + std::to_string(pid), 0);
  if (journal != nullptr) children_.emplace_back(pid, journal);
  return journal;
}

bool RoleJournal::is_attached() const { return __atomic_load_n(&memory_->attached, __ATOMIC_ACQUIRE) != 0; }

std::optional<Parked> RoleJournal::parked(pid_t pid, pid_t tid) const {
  const harness_journal* journal = of_process(pid);
  const pid_t parked = journal == nullptr ? 0 : __atomic_load_n(&journal->parking.tid, __ATOMIC_ACQUIRE);
  if (parked == 0 || (tid != 0 && parked != tid)) return std::nullopt;
  const int point = journal->parking.point;
  if (point < 0 || point >= static_cast<int>(memory_->point_count)) return std::nullopt;
  const harness_parking& parking = journal->parking;
  return Parked{.probe = text_of(memory_->points[point].name),
                .nth = parking.nth,
                .return_address = parking.return_address,
                .functions = {std::begin(parking.functions), std::end(parking.functions)}};
}

void RoleJournal::answer(pid_t pid, int reply) {
  if (harness_journal* journal = of_process(pid)) {
    __atomic_store_n(&journal->parking.reply, reply, __ATOMIC_RELEASE);
  }
}

History RoleJournal::drain(const std::string& role, bool has_children) {
  History events;
  drain_one(*memory_, role, events);
  if (!has_children) return events;
  const std::filesystem::path file(path_);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(file.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(file.filename().string() + ".", 0) != 0) continue;
    if (harness_journal* journal = map_file(entry.path().string(), 0)) {
      drain_one(*journal, role, events);
      ::munmap(journal, sizeof *journal);
      std::filesystem::remove(entry.path(), error);
    }
  }
  return events;
}

}  // namespace harness
