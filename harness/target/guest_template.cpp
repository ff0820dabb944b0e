#include "target/guest_template.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <filesystem>

#include <nlohmann/json.hpp>

#include "os/files.h"
#include "os/sparse_hash.h"
#include "record/checked_file.h"
#include "run/protocol.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTemplateSchema = "harness-guest-template/1";
constexpr const char* kDraft = ".draft";

// Held by who makes or removes templates; shared by who opens one. It dies with its process.
class Lock {
 public:
  static Result<Lock> take(const std::string& directory, int kind) {
    std::error_code error;
    fs::create_directories(directory, error);
    Lock lock;
    const std::string path = directory + "/lock";
    lock.file_ = Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.file_.is_open()) return system_error("cannot open " + path);
    if (::flock(lock.file_.get(), kind | LOCK_NB) != 0) return system_error("another run makes a template");
    return lock;
  }

 private:
  Fd file_;
};

std::string folder_of(const TemplatePlace& place) {
  return place.directory + "/" + place.name + "." + place.fingerprint.substr(0, 16);
}

Result<Fd> open_file(const std::string& path, int flags) {
  Fd file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_error("cannot open " + path);
  return file;
}

Result<std::string> hashes_of(const GuestTemplate& made) {
  ASSIGN_OR_RETURN(const std::string memory, sparse_hash(made.memory));
  ASSIGN_OR_RETURN(const std::string state, sparse_hash(made.state));
  return memory + " " + state;
}

// Errors: there is none, or what is there is not what was written.
Result<GuestTemplate> open_existing(const TemplatePlace& place) {
  const std::string folder = folder_of(place);
  ASSIGN_OR_RETURN(const std::string text, read_file(folder + "/template.json"));
  const auto told = nlohmann::json::parse(text, nullptr, false);
  if (!told.is_object() || told.value("schema", "") != kTemplateSchema ||
      told.value("fingerprint", "") != place.fingerprint) {
    return internal_error(folder + " is no template of this machine");
  }
  GuestTemplate found;
  // For writing as well: the emulator maps its memory privately, but opens it so (path of a descriptor).
  ASSIGN_OR_RETURN(found.memory, open_file(folder + "/memory", O_RDWR));
  ASSIGN_OR_RETURN(found.state, open_file(folder + "/state", O_RDONLY));
  ASSIGN_OR_RETURN(const std::string hashes, hashes_of(found));
  if (hashes != told.value("hashes", "")) return internal_error(folder + " is broken");
  return found;
}

// The target's other templates, and whatever a run that was killed has left: nobody else is at it.
void remove_stale(const TemplatePlace& place) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(place.directory, error)) {
    const std::string name = entry.path().filename().string();
    const bool is_ours = name.rfind(place.name + ".", 0) == 0;
    if (is_ours || name.ends_with(kDraft)) fs::remove_all(entry.path(), error);
  }
}

Status make(const TemplatePlace& place, const MachineModel& model, const Patience& patience) {
  remove_stale(place);
  const std::string draft = folder_of(place) + kDraft;
  if (::mkdir(draft.c_str(), 0700) != 0) return system_error("cannot make " + draft);
  GuestTemplate made;
  ASSIGN_OR_RETURN(made.memory, open_file(draft + "/memory", O_RDWR | O_CREAT));
  ASSIGN_OR_RETURN(made.state, open_file(draft + "/state", O_RDWR | O_CREAT));
  {
    ASSIGN_OR_RETURN(Machine machine, Machine::boot(model, made.memory));
    TRY(wait_until_ready(machine, patience));
    TRY(machine.save(made.state, patience));
  }
  ASSIGN_OR_RETURN(const std::string hashes, hashes_of(made));
  const nlohmann::json fields = {
      {"schema", kTemplateSchema}, {"fingerprint", place.fingerprint}, {"hashes", hashes}};
  TRY(write_whole_file(draft + "/template.json", fields.dump(1) + "\n"));
  if (std::rename(draft.c_str(), folder_of(place).c_str()) != 0)
    return system_error("cannot rename " + draft);
  return done();
}

}  // namespace

Result<GuestTemplate> open_template(const TemplatePlace& place, const MachineModel& model,
                                    const Patience& patience) {
  {
    ASSIGN_OR_RETURN(const Lock shared, Lock::take(place.directory, LOCK_SH));
    if (auto found = open_existing(place)) return found;
  }
  ASSIGN_OR_RETURN(const Lock own, Lock::take(place.directory, LOCK_EX));
  if (auto found = open_existing(place)) return found;  // made by another run in between
  if (Status made = make(place, model, patience); !made) {
    remove_stale(place);
    return made.error();
  }
  return open_existing(place);
}

void remove_template(const TemplatePlace& place) {
  const auto own = Lock::take(place.directory, LOCK_EX);
  if (own) remove_stale(place);
}

Status wait_until_ready(Machine& machine, const Patience& patience) {
  ASSIGN_OR_RETURN(const std::string line, machine.read_line(patience));
  const auto message = nlohmann::json::parse(line, nullptr, false);
  if (!message.is_object() || !message.contains("ready"))
    return internal_error("the guest said \"" + line + "\" instead of that it is ready");
  const int version = message["ready"].value("version", 0);
  if (version == kProtocolVersion) return done();
  return unavailable("the guest speaks version " + std::to_string(version) +
                     " of the protocol; make its image again: ci/arm64-image");
}

}  // namespace harness
