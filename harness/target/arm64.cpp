// The arm64 targets: guest machines in full emulation by QEMU, with a real arm64 kernel.
//
// Each guest is a copy of a template that has booted and waits (target/guest_template.h); where there is no
// place for one, it boots. All cases of a worker run in one guest.
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <set>

#include "base/base64.h"
#include "base/sha256.h"
#include "os/clock.h"
#include "os/files.h"
#include "os/qemu.h"
#include "run/calibration.h"
#include "run/catalogue.h"
#include "run/protocol.h"
#include "target/guest_image.h"
#include "target/guest_template.h"
#include "target/provisions.h"
#include "target/sanitizer.h"
#include "target/target.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int64_t kSecond_ns = 1'000'000'000;
constexpr int64_t kBootPatience_ns = 60 * kSecond_ns;   // takes 2 to 4 s
constexpr int64_t kHelloPatience_ns = 30 * kSecond_ns;  // takes 0.2 to 0.5 s
constexpr int64_t kLitmusPatience_ns =
    300 * kSecond_ns;  // where the hello tells of many rounds, see run/litmus.h
// Beyond a case's own deadline, which the guest watches: for what it does before and after, and for an
// emulator that is stopped or starved for a while.
constexpr int64_t kMargin_ns = 30 * kSecond_ns;

constexpr const char* kEmulator = "qemu-system-aarch64";
constexpr const char* kEmulatorPackage = "qemu-system-arm";

constexpr const char* kOrdersLikeX86 =
    "the weak memory order of arm64: QEMU TCG on x86-64 executes arm64 code, ABI and kernel interfaces, but "
    "orders "
    "memory like x86, so that message-passing and load-buffering reorderings cannot appear (0 of 10,000,000 "
    "each) "
    "and a pass says nothing about a missing acquire or release";
constexpr const char* kBreaksSeqCst =
    "what a lost wake-up seen only here means: QEMU's parallel TCG may reorder a seq_cst store with a later "
    "seq_cst "
    "load, which real arm64 never does";

// What the targets differ in.
struct Arm64Model {
  std::string_view id;
  std::string_view summary;
  std::string cpu;
  bool parallel = true;
  const Sanitizer* sanitizer = nullptr;  // in the programs
  std::string hides = "";                // what no other of these targets does
};

int64_t realtime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * kSecond_ns + now.tv_nsec;
}

// Only for the guest's kernel, which all copies of a template would else share: no case is drawn from it.
std::string fresh_seed() {
  const auto bytes = read_random(32);
  return bytes ? sha256_hex(*bytes) : sha256_hex(std::to_string(realtime_ns()));
}

// A guest that has said hello.
class Guest : public WorkerLink {
 public:
  Guest(Machine machine, std::string hello_line, json facts, double time_factor)
      : machine_(std::move(machine)),
        hello_line_(std::move(hello_line)),
        facts_(std::move(facts)),
        time_factor_(time_factor) {}

  int stream() const override { return machine_.stream(); }
  std::string take_unread() override { return hello_line_ + "\n" + machine_.take_unread(); }

  Status give(const Case& plan) override {
    ASSIGN_OR_RETURN(const Case fitted, fitted_elsewhere(plan, time_factor_));
    ASSIGN_OR_RETURN(const std::vector<std::string> files, provisions_of(plan, put_));
    for (const std::string& path : files) TRY(put(path));
    // A directory comes to be there with a file in it.
    if (!fitted.directory.empty() && put_.insert(fitted.directory).second)
      TRY(put_content(fitted.directory + "/.harness", "", 0644));
    return send_message(stream(), {{"case", fitted}});
  }

  bool on_message(const json& message) override {
    return WorkerLink::on_message(message) || message.contains("put");
  }

  int64_t patience_ns(const Case& plan) const override {
    return static_cast<int64_t>(plan.deadline_ms * time_factor_ * 1e6) + kMargin_ns;
  }

  bool was_disturbed() override { return machine_.was_stopped(); }

  void hang_up() override { machine_.end(); }

  std::string end() override {
    const std::string how = "emulator: " + machine_.end(kSecond_ns);
    const std::string words = machine_.last_words();
    return words.empty() ? how : how + "; its console: " + words;
  }

  json facts() const override { return facts_; }

 private:
  Status put(const std::string& path) {
    struct stat status {};
    auto content = read_file(path);
    if (!content || ::stat(path.c_str(), &status) != 0) return usage_error("cannot read " + path);
    put_.insert(path);
    return put_content(path, *content, status.st_mode & 07777U);
  }

  Status put_content(const std::string& path, const std::string& content, unsigned mode) {
    return send_message(stream(),
                        {{"put", {{"path", path}, {"mode", mode}, {"data", encode_base64(content)}}}});
  }

  Machine machine_;
  std::string hello_line_;
  json facts_;
  double time_factor_;
  std::set<std::string> put_;  // what is there
};

class Arm64Target : public Target {
 public:
  explicit Arm64Target(Arm64Model model) : model_(std::move(model)) {}

  std::string_view id() const override { return model_.id; }
  std::string_view summary() const override { return model_.summary; }

  std::vector<std::string> shows() const override {
    std::vector<std::string> shown = {
        "robust lists, ABI, alignment, signal frames and every mechanism on a real arm64 kernel, under QEMU"};
    if (model_.sanitizer)
      shown.insert(shown.end(), model_.sanitizer->shows.begin(), model_.sanitizer->shows.end());
    return shown;
  }

  std::vector<std::string> cannot_show() const override {
    if (!model_.parallel) return {kOrdersLikeX86, "races between CPUs: the emulator runs one at a time"};
    std::vector<std::string> hidden = {kOrdersLikeX86, kBreaksSeqCst};
    if (!model_.hides.empty()) hidden.push_back(model_.hides);
    if (!model_.sanitizer) {
      hidden.emplace_back("data races but by luck");
      return hidden;
    }
    hidden.insert(hidden.end(), model_.sanitizer->cannot_show.begin(), model_.sanitizer->cannot_show.end());
    return hidden;
  }

  std::string build() const override {
    return model_.sanitizer ? "arm64-" + std::string(model_.sanitizer->build) : "arm64";
  }

  std::string architecture() const override { return "aarch64"; }
  std::string made_by() const override {
    return model_.sanitizer ? "ci/arm64-image && ci/sanitized " + build() : "ci/arm64-image";
  }

  std::map<std::string, std::string> environment() const override {
    return model_.sanitizer ? environment_of(*model_.sanitizer) : std::map<std::string, std::string>();
  }

  std::map<std::string, std::string> lacks() const override { return lacks_of(model_.sanitizer); }
  bool has_threads() const override { return model_.sanitizer == &thread_sanitizer(); }
  bool instruments_accesses() const override { return model_.sanitizer != nullptr; }

  // The emulator itself reorders only when each CPU has a thread of its own.
  std::vector<std::string> second_opinions() const override {
    if (!model_.parallel || model_.sanitizer) return {};
    return {"native", "arm64-single"};
  }

  Status availability() const override {
    ASSIGN_OR_RETURN(const MachineModel unused, machine_model());
    if (Catalogue::find(build(), made_by()).subject_names().empty())
      return unavailable("nothing is built for target " + std::string(id()) + "; build it: " + made_by());
    return done();
  }

  Result<std::unique_ptr<WorkerLink>> open_worker(const WorkerRequest& request) const override {
    ASSIGN_OR_RETURN(const MachineModel model, machine_model());
    auto guest = open_copy(model, request);
    if (!guest && guest.error().code != EINTR) guest = open_booted(model, request);
    if (!guest) return Error(guest.error()).in(std::string(id()));
    return std::unique_ptr<WorkerLink>(std::move(*guest));
  }

 private:
  using GuestOrError = Result<std::unique_ptr<Guest>>;

  // Errors: what is missing here.
  Result<MachineModel> machine_model() const {
    const auto emulator = find_program(kEmulator, "");
    if (!emulator) {
      return unavailable(std::string(kEmulator) +
                         " is not installed; apt-get install --no-install-recommends " + kEmulatorPackage);
    }
    ASSIGN_OR_RETURN(const GuestImage image, read_guest_image(guest_image_directory()));
    TRY(check_guest_image(image, cache_directory(image)));
    image_ = image;
    return MachineModel{.emulator = *emulator,
                        .kernel = image.kernel,
                        .initrd = image.initrd,
                        .cpu = model_.cpu,
                        .parallel = model_.parallel};
  }

  // Beside the image, with which it goes; where that may not be written to, among the user's caches.
  static std::string cache_directory(const GuestImage& image) {
    const std::string beside = image.directory + "/templates";
    std::error_code error;
    if (fs::create_directory(beside, error); is_writable(beside)) return beside;
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const std::string base =
        cache != nullptr && *cache != '\0' ? cache : std::string(home ? home : "/tmp") + "/.cache";
    fs::create_directories(base + "/harness-arm64", error);
    return base + "/harness-arm64";
  }

  // Targets that differ in their programs alone share a template.
  std::string machine_name() const { return model_.cpu + (model_.parallel ? "" : "-single"); }

  TemplatePlace template_place(const MachineModel& model) const {
    MachineModel content = model;
    content.kernel = image_.kernel_sha256;
    content.initrd = image_.initrd_sha256;
    struct stat emulator {};
    ::stat(model.emulator.c_str(), &emulator);
    std::string words = model.emulator + " " + std::to_string(emulator.st_size) + " " +
                        std::to_string(emulator.st_mtim.tv_sec) + " " + std::to_string(kProtocolVersion);
    for (const std::string& word : machine_options(content)) words += '\n' + word;
    return {.directory = cache_directory(image_), .name = machine_name(), .fingerprint = sha256_hex(words)};
  }

  GuestOrError open_copy(const MachineModel& model, const WorkerRequest& request) const {
    const TemplatePlace place = template_place(model);
    if (!template_) {
      auto opened = open_template(place, model, patience(kBootPatience_ns, request));
      if (!opened) return opened.error();
      template_ = std::move(*opened);
    }
    ASSIGN_OR_RETURN(Machine machine, Machine::restore(model, template_->memory, template_->state));
    auto guest = begin(std::move(machine), "copy of a template", request);
    if (!guest && guest.error().code != EINTR) {
      template_.reset();
      remove_template(place);
    }
    return guest;
  }

  GuestOrError open_booted(const MachineModel& model, const WorkerRequest& request) const {
    ASSIGN_OR_RETURN(Machine machine, Machine::boot(model));
    TRY(wait_until_ready(machine, patience(kBootPatience_ns, request)));
    return begin(std::move(machine), "cold boot", request);
  }

  GuestOrError begin(Machine machine, const char* how, const WorkerRequest& request) const {
    const json start = {
        {"time_ns", realtime_ns()},
        {"seed", fresh_seed()},
        {"denied", {{"namespaces", request.denied.namespaces}, {"ptrace", request.denied.ptrace}}},
        {"keep_away", request.keep_away},
        {"cpu", 0},
        {"litmus_rounds", request.litmus_rounds}};
    TRY(send_message(machine.stream(), {{"start", start}}));
    ASSIGN_OR_RETURN(std::string line, machine.read_line(patience(hello_patience_ns(request), request)));
    const json message = json::parse(line, nullptr, false);
    if (!message.is_object() || !message.contains("hello"))
      return internal_error("the guest said \"" + line + "\" instead of hello");
    ASSIGN_OR_RETURN(const double factor, time_factor(message["hello"]));
    ASSIGN_OR_RETURN(const std::string version, machine.emulator_version(patience(kSecond_ns, request)));
    json facts = {
        {"emulator", "qemu " + version},
        {"accelerator", std::string("tcg, ") + (model_.parallel ? "a thread for each CPU" : "one thread")},
        {"cpu", model_.cpu},
        {"kernel_package", image_.kernel_package},
        {"kernel", message["hello"].value("kernel", image_.kernel_version)},
        {"architecture", message["hello"].value("arch", "")},
        {"mended", message["hello"].value("mended", json::array())},
        {"started_by", how},
        {"time_factor", factor}};
    return std::make_unique<Guest>(std::move(machine), std::move(line), std::move(facts), factor);
  }

  static int64_t hello_patience_ns(const WorkerRequest& request) {
    return kHelloPatience_ns + (request.litmus_rounds > 0 ? kLitmusPatience_ns : 0);
  }

  // How much slower than this machine the guest is, by the same piece of work.
  static Result<double> time_factor(const json& hello) {
    static const Result<int64_t> here_ns = quickest_calibration();
    TRY(here_ns);
    const auto there_ns = hello.value("calibration_ns", int64_t{0});
    const double factor = static_cast<double>(there_ns) / static_cast<double>(std::max<int64_t>(1, *here_ns));
    return std::max(1.0, std::round(factor * 10) / 10);
  }

  // The least disturbed by others; this machine's does not change within a run.
  static Result<int64_t> quickest_calibration() {
    ASSIGN_OR_RETURN(int64_t quickest_ns, calibration_ns(0));
    for (int i = 1; i < 3; ++i) {
      ASSIGN_OR_RETURN(const int64_t taken_ns, calibration_ns(0));
      quickest_ns = std::min(quickest_ns, taken_ns);
    }
    return quickest_ns;
  }

  static Patience patience(int64_t for_ns, const WorkerRequest& request) {
    return {.until_ns = now_ns() + for_ns, .interrupt = request.interrupt};
  }

  Arm64Model model_;
  // Found when they are needed, and the same for the whole run.
  mutable GuestImage image_;
  mutable std::optional<GuestTemplate> template_;
};

const Registration<Target> registrations[] = {
    Registration<Target>{std::make_unique<Arm64Target>(Arm64Model{
        .id = "arm64", .summary = "an arm64 machine under QEMU, as a Neoverse N1", .cpu = "neoverse-n1"})},
    Registration<Target>{std::make_unique<Arm64Target>(Arm64Model{
        .id = "arm64-a57",
        .summary = "the same as a Cortex-A57, which has no atomic instructions but LL/SC",
        .cpu = "cortex-a57",
        .hides = "a death between a load-exclusive and its store-exclusive, of which this CPU makes "
                 "every atomic operation: the two are stepped as one instruction, since who is "
                 "stopped between them loses its reservation"})},
    Registration<Target>{std::make_unique<Arm64Target>(Arm64Model{
        .id = "arm64-single",
        .summary = "the same as a Neoverse N1, its CPUs taking turns: no reordering by the emulator",
        .cpu = "neoverse-n1",
        .parallel = false})},
    Registration<Target>{std::make_unique<Arm64Target>(Arm64Model{
        .id = "arm64-asan",
        .summary = "a Neoverse N1, its programs under AddressSanitizer and UndefinedBehaviorSanitizer",
        .cpu = "neoverse-n1",
        .sanitizer = &address_sanitizer()})},
    Registration<Target>{std::make_unique<Arm64Target>(
        Arm64Model{.id = "arm64-tsan",
                   .summary = "a Neoverse N1, its programs under ThreadSanitizer",
                   .cpu = "neoverse-n1",
                   .sanitizer = &thread_sanitizer()})},
    Registration<Target>{std::make_unique<Arm64Target>(
        Arm64Model{.id = "arm64-race",
                   .summary = "a Neoverse N1, looking for data races in the memory that processes share",
                   .cpu = "neoverse-n1",
                   .sanitizer = &race_detector()})}};

}  // namespace
}  // namespace harness
