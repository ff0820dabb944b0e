// output: what a role wrote to its standard output. By role one of
//     stdout: TEXT       exactly that
//     contains: TEXT     that somewhere
//     same_as: ROLE      the very bytes that another role wrote: one that makes what is sent, beside the case
//     prefix_of: ROLE    their beginning, where the stream was cut: a part may be missing at the end, and
//                        nothing else
//     all_or_error: ROLE the same bytes, or a beginning of them and an exit status that tells of it
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/sha256.h"
#include "base/suggest.h"
#include "check/checker.h"
#include "check/findings.h"
#include "check/life.h"

namespace harness {
namespace {

// All that a role wrote to its standard output. A role that wrote nothing has no event of it.
struct Written {
  std::string text;
  size_t bytes = 0;
  std::string digest;
  int event = -1;

  bool is_whole() const { return text.size() == bytes; }
};

Written written_by(const History& history, const std::string& instance) {
  Written written{.digest = sha256_hex("")};
  for (const Event& event : history) {
    if (event.kind != EventKind::output || event.name != "stdout" || event.role != instance) continue;
    written.text = event.data.value("text", "");
    written.bytes = event.data.value("bytes", written.text.size());
    written.digest = event.data.value("sha256", sha256_hex(written.text));
    written.event = event.index;
  }
  return written;
}

std::string shown(const Written& written) {
  constexpr size_t kShown = 60;
  const std::string text =
      nlohmann::json(written.text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (written.is_whole() && written.bytes <= kShown) return text;
  return fmt::format("{} bytes", written.bytes);
}

std::vector<int> evidence(const Written& one, const Written& other = {}) {
  std::vector<int> events;
  for (const int event : {one.event, other.event}) {
    if (event >= 0) events.push_back(event);
  }
  return events;
}

// Where the other bytes begin, as far as both texts are there.
std::string difference(const Written& one, const Written& other) {
  if (!one.is_whole() || !other.is_whole()) return "";
  const auto [at, in_other] =
      std::mismatch(one.text.begin(), one.text.end(), other.text.begin(), other.text.end());
  if (at == one.text.end()) return ", which ends too early";
  return fmt::format(", other from byte {} on", at - one.text.begin());
}

bool ended_well(const History& history, const std::string& instance) {
  const Event* ended = end_of(history, instance);
  return ended != nullptr && ended->name == "exit" && ended->data.value("code", -1) == 0;
}

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> all = {"stdout", "contains", "same_as", "prefix_of", "all_or_error"};
  return all;
}

class Output : public Checker {
 public:
  std::string_view id() const override { return "output"; }
  std::string_view summary() const override {
    return "roles write what they should to standard output: a text, or the same bytes as another role";
  }

  Status accepts(const nlohmann::json& options) const override {
    if (!options.is_object() || options.empty())
      return usage_error("output takes roles, as in { output: { client: { stdout: \"PONG\\n\" } } }");
    for (const auto& [role, wanted] : options.items()) {
      if (!wanted.is_object() || wanted.size() != 1 || !wanted.begin()->is_string())
        return usage_error(fmt::format("output of {} is one of: {}", role, fmt::join(kinds(), ", ")));
      const std::string kind = wanted.begin().key();
      if (std::count(kinds().begin(), kinds().end(), kind) == 0)
        return usage_error(not_found("kind of output", kind, kinds()));
    }
    return done();
  }

  std::vector<std::string> roles_in(const nlohmann::json& options) const override {
    std::vector<std::string> roles;
    for (const auto& [role, wanted] : options.items()) roles.push_back(role);
    return roles;
  }

  std::vector<Finding> check(const Case& plan, const History& history,
                             const nlohmann::json& options) const override {
    std::vector<Finding> findings;
    for (const auto& [role, wanted] : options.items()) {
      size_t judged = 0;
      for (const RoleInstance& instance : plan.roles) {
        if (!names_instance(role, instance.name)) continue;
        ++judged;
        if (auto finding = judge(history, instance.name, wanted.begin().key(), *wanted.begin()))
          findings.push_back(std::move(*finding));
      }
      if (judged == 0)
        findings.push_back(inconclusive("output asks about " + role + ", which this case does not have"));
    }
    return findings;
  }

 private:
  // What a role had written when it was killed by a fault, or for being stuck, is none of its promises.
  static std::optional<Finding> judge(const History& history, const std::string& instance,
                                      const std::string& kind, const std::string& wanted) {
    if (start_of(history, instance) == nullptr) return inconclusive(instance + " was never started");
    if (was_ended_by_fault(history, instance)) return std::nullopt;
    const Event* ended = end_of(history, instance);
    if (ended == nullptr || is_clean_up(history, *ended))
      return inconclusive(instance + " did not end by itself, so what it wrote is not judged");
    const Written written = written_by(history, instance);
    if (kind == "stdout") return exactly(instance, written, wanted);
    if (kind == "contains") return containing(instance, written, wanted);
    const bool may_be_cut = kind == "prefix_of" || (kind == "all_or_error" && !ended_well(history, instance));
    if (!ended_well(history, wanted))
      return nothing_to_judge(wanted + ", whose output says what is right, did not exit with 0");
    return like(instance, written, wanted, written_by(history, wanted), may_be_cut);
  }

  static std::optional<Finding> exactly(const std::string& instance, const Written& written,
                                        const std::string& text) {
    if (written.digest == sha256_hex(text)) return std::nullopt;
    const Written wanted{.text = text, .bytes = text.size()};
    return failure(fmt::format("{} wrote {} instead of {}{}", instance, shown(written), shown(wanted),
                               difference(written, wanted)),
                   evidence(written));
  }

  static std::optional<Finding> containing(const std::string& instance, const Written& written,
                                           const std::string& text) {
    if (written.text.find(text) != std::string::npos) return std::nullopt;
    if (!written.is_whole())
      return inconclusive(fmt::format("of what {} wrote only the end was kept", instance), evidence(written));
    return failure(
        fmt::format("{} never wrote {}: {}", instance, nlohmann::json(text).dump(), shown(written)),
        evidence(written));
  }

  static std::optional<Finding> like(const std::string& instance, const Written& written,
                                     const std::string& source, const Written& sent, bool may_be_cut) {
    if (written.digest == sent.digest) return std::nullopt;
    const bool is_comparable = written.is_whole() && sent.is_whole();
    if (may_be_cut && !is_comparable && written.bytes < sent.bytes) {
      return inconclusive(fmt::format("{} wrote {} of {} bytes, too many to be compared", instance,
                                      written.bytes, sent.bytes),
                          evidence(written, sent));
    }
    if (may_be_cut && is_comparable && sent.text.rfind(written.text, 0) == 0) return std::nullopt;
    return failure(fmt::format("{} wrote {} instead of the {} of {}{}", instance, shown(written), shown(sent),
                               source, difference(written, sent)),
                   evidence(written, sent));
  }
};

const Registration<Checker> registration{std::make_unique<Output>()};

}  // namespace
}  // namespace harness
