#include "run/planner.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "base/suggest.h"
#include "check/checker.h"
#include "inject/errnos.h"
#include "inject/injector.h"
#include "os/program.h"
#include "os/syscalls.h"
#include "run/fiu_preload.h"
#include "run/handler_watch.h"
#include "run/instruction_lines.h"
#include "run/links.h"
#include "run/machine.h"
#include "run/mode.h"
#include "run/placeholders.h"
#include "run/points.h"
#include "run/scenario_file.h"
#include "run/several_subjects.h"
#include "run/thread_mode.h"
#include "run/unfold.h"
#include "run/users_roles.h"

namespace harness {
namespace {

struct PlannedVariant {  // with all that the scenario says of it
  std::string name;
  std::string program;  // "" when every role has a command of its own
  bool mutant = false;
  Expectation expected;
};

class Planner {
 public:
  Planner(const Scenario& scenario, const PlannedTarget& target, const PlanRequest& request)
      : scenario_(scenario), target_(target), catalogue_(target.catalogue), request_(request) {}

  Status add_to(Plan& plan) {
    TRY(check_checkers());
    if (const std::string lack = lacking_program(); !lack.empty()) {
      plan.notes.push_back(scenario_.name + " on " + target_.id + ": skipped: " + lack);
      return done();
    }
    TRY(read_subject());
    ASSIGN_OR_RETURN(const std::vector<PlannedVariant> variants, planned_variants());
    ASSIGN_OR_RETURN(const std::vector<FaultLine> lines, fault_lines());
    for (const PlannedVariant& variant : variants) TRY(add_variant(plan, variant, lines));
    return done();
  }

 private:
  Error in_scenario(const std::string& message) const {
    return usage_error("scenario " + scenario_.name + ": " + message);
  }

  // An error that the scenario file is to blame for, where it is.
  Error at(const std::string& place, const std::string& message) const {
    return place.empty() ? in_scenario(message) : usage_error(place + ": " + message);
  }

  Status check_checkers() const {
    std::vector<CheckerUse> all = scenario_.checkers;
    all.insert(all.end(), scenario_.explore_checkers.begin(), scenario_.explore_checkers.end());
    for (const CheckerUse& use : all) {
      if (Status known = check_use(use, scenario_.roles); !known) return at(use.place, known.error().message);
    }
    return done();
  }

  // Why the programs of others that the scenario is about cannot run on the target; "" when they can.
  std::string lacking_program() const {
    for (const auto& [name, package] : scenario_.programs) {
      if (target_.architecture != own_architecture())
        return name + " is a program of this machine, which target " + target_.id + " does not run";
      if (!find_program(name, scenario_.directory))
        return "there is no " + name + " here; on Debian: apt-get install " + package;
    }
    return "";
  }

  // --- variants

  Result<std::vector<PlannedVariant>> planned_variants() const {
    if (!request_.subject.empty()) return users_program();
    if (!request_.roles.empty()) return users_roles();
    if (scenario_.subject.empty()) return commands_only();
    ASSIGN_OR_RETURN(std::vector<Variant> built, catalogue_.variants(scenario_.subject));
    for (const std::string& name : own_variants()) {
      if (find(built, name) == nullptr) built.push_back({.name = name});
    }
    std::vector<std::string> known;
    for (const Variant& variant : built) known.push_back(variant.name);
    std::vector<PlannedVariant> planned;
    if (!request_.variants.empty()) {
      for (const std::string& name : request_.variants) {
        if (!is_about_subject(scenario_, name)) continue;
        const Variant* variant = find(built, bare_variant(name));
        if (variant == nullptr && is_on_several(scenario_)) continue;  // another may have it
        if (variant == nullptr) return in_scenario(catalogue_.variant_not_found(name, known));
        planned.push_back({shown_variant(scenario_, variant->name), variant->program, variant->mutant, {}});
      }
      return planned;
    }
    for (const auto& [name, expectation] : scenario_.expect) {
      if (!is_about_subject(scenario_, name)) continue;
      const Variant* variant = find(built, bare_variant(name));
      const bool is_for_all = is_on_several(scenario_) && bare_variant(name) == name;
      if (variant == nullptr && is_for_all) continue;  // checked for all subjects together
      if (variant == nullptr) return at(expectation.place, catalogue_.variant_not_found(name, known));
      const bool may_be_planted = variant->program.empty() || variant->foreign;
      const bool is_mutant = variant->mutant || (may_be_planted && is_planted(expectation));
      TRY(check_class(name, expectation, is_mutant));
      planned.push_back({shown_variant(scenario_, variant->name), variant->program, is_mutant,
                         expectation_on(expectation, target_.id)});
    }
    if (planned.empty()) return in_scenario("expects nothing of any variant; add them under expect:");
    return planned;
  }

  // --- links

  Status read_subject() {
    links_ = scenario_.links;
    needs_ = scenario_.needs;
    const std::string file = scenario_.subject.empty() ? "" : catalogue_.subject_file(scenario_.subject);
    if (!file.empty()) {
      ASSIGN_OR_RETURN(subject_file_, read_subject_file(file));
      links_.insert(subject_file_.links.begin(), subject_file_.links.end());
      needs_.insert(needs_.end(), subject_file_.needs.begin(), subject_file_.needs.end());
    }
    if (const std::string over = address_over(scenario_, request_); !over.empty())
      subject_file_.address = over;
    network_ = scenario_.network;
    // Abstract names are one machine's, and so that of all cases which run at a time.
    if (!network_ && subject_file_.address.starts_with("unix://@")) network_.emplace();
    if (network_) needs_.push_back("private-network");
    return done();
  }

  Result<std::map<int, std::string>> descriptors_of(const Role& role) const {
    std::map<int, std::string> descriptors = role.descriptors;
    if (const auto known = subject_file_.descriptors.find(role.name);
        known != subject_file_.descriptors.end())
      descriptors.insert(known->second.begin(), known->second.end());
    std::vector<std::string> ends;
    for (const auto& [name, kind] : links_) {
      for (const std::string& end : link_ends(kind)) ends.push_back(name + "." + end);
    }
    for (const auto& [number, end] : descriptors) {
      if (std::count(ends.begin(), ends.end(), end) == 0)
        return at(role.place, "role " + role.name + ": " + not_found("end of a link", end, ends));
    }
    return descriptors;
  }

  static const Variant* find(const std::vector<Variant>& variants, const std::string& name) {
    const auto found =
        std::find_if(variants.begin(), variants.end(), [&](const Variant& v) { return v.name == name; });
    return found == variants.end() ? nullptr : &*found;
  }

  Result<std::vector<PlannedVariant>> users_program() const {
    if (scenario_.subject.empty()) return in_scenario("has no subject that --subject could stand in for");
    ASSIGN_OR_RETURN(const std::string found, find_program(request_.subject, ""));
    const std::string path = std::filesystem::absolute(found).lexically_normal().string();
    return std::vector<PlannedVariant>{{std::filesystem::path(path).filename().string(), path, false, {}}};
  }

  bool is_users() const { return !request_.subject.empty() || !request_.roles.empty(); }

  Result<std::vector<PlannedVariant>> users_roles() const {
    ASSIGN_OR_RETURN(const UsersRoles users, users_roles_of(scenario_, catalogue_, request_));
    return std::vector<PlannedVariant>{{users.name, users.program, false, {}}};
  }

  Result<std::vector<PlannedVariant>> commands_only() const {
    std::vector<PlannedVariant> planned;
    for (const std::string& name : request_.variants) {
      if (scenario_.variants.empty()) return in_scenario("has commands, not a subject, and so no variants");
      if (scenario_.variants.count(name) == 0) return in_scenario(not_found("variant", name, own_variants()));
      planned.push_back({name, "", false, {}});
    }
    if (!planned.empty()) return planned;
    for (const auto& [name, expectation] : scenario_.expect) {
      if (!scenario_.variants.empty() && scenario_.variants.count(name) == 0)
        return at(expectation.place, not_found("variant", name, own_variants()));
      const bool is_mutant = !scenario_.variants.empty() && is_planted(expectation);
      TRY(check_class(name, expectation, is_mutant));
      planned.push_back({name, "", is_mutant, expectation_on(expectation, target_.id)});
    }
    if (planned.empty()) planned.push_back({"program", "", false, {}});
    if (planned.size() > 1 && scenario_.variants.empty())
      return in_scenario("has commands, not a subject, so it can expect one thing only; add variants:");
    return planned;
  }

  Status check_class(const std::string& name, const Expectation& expectation, bool is_mutant) const {
    if (is_mutant || expectation.mistake.empty()) return done();
    return at(expectation.place, "class is for a mutant, which " + name + " is not; leave it out");
  }

  std::vector<std::string> own_variants() const {
    std::vector<std::string> names;
    for (const auto& [name, commands] : scenario_.variants) names.push_back(name);
    return names;
  }

  // --- faults

  Result<std::vector<FaultLine>> fault_lines() const {
    if (request_.every_instruction) return instruction_lines(scenario_, request_);
    if (request_.points.empty() && request_.action.empty()) return scenario_.faults;
    std::vector<FaultLine> lines;
    for (const FaultLine& line : scenario_.faults) {
      if (line.faults.size() != 1) continue;  // a chain is a story about its own points
      for (size_t i = 0; i < std::max<size_t>(1, request_.points.size()); ++i) {
        ASSIGN_OR_RETURN(FaultLine replaced, with_request(line, i));
        lines.push_back(std::move(replaced));
      }
    }
    if (lines.empty()) return in_scenario("has no single fault that --at or --do could change");
    return lines;
  }

  // The line with the command line's ith point and its action.
  Result<FaultLine> with_request(FaultLine line, size_t i) const {
    Fault& fault = line.faults.front();
    if (!request_.action.empty()) {
      ASSIGN_OR_RETURN(fault.action, parse_action(request_.action));
    }
    if (request_.points.empty()) return line;
    const std::string& text = request_.points[i];
    const size_t hash = text.find('#');
    ASSIGN_OR_RETURN(fault.at, parse_point(text.substr(0, hash)));
    const bool is_instruction = fault.at.kind == InjectionPoint::Kind::instruction;
    const bool enters_a_call = fault.at.kind == InjectionPoint::Kind::syscall;
    const bool is_made_for_another = fault.hold.until == Hold::Until::arrival ||
                                     (fault.hold.until == Hold::Until::blocked && !enters_a_call);
    if (is_made_for_another) fault.hold = {};
    if (!is_instruction && hash == std::string::npos) return line;
    line = FaultLine{.faults = line.faults, .variants = line.variants, .place = line.place};
    const std::string which = hash == std::string::npos ? "every" : text.substr(hash + 1);
    if (which == "every" && is_instruction) {
      line.faults.front().arrival = kEveryArrival;
      return line;
    }
    ASSIGN_OR_RETURN(const Arrival arrival, parse_arrival(line.faults.front().victim + "@" + text));
    line.faults.front().arrival = arrival.nth;
    return line;
  }

  // A point that --at put there is not the file's fault.
  Status check_fault(const Fault& fault, const FaultLine& line) const {
    const std::string place = request_.points.empty() ? line.place : "";
    if (auto injector = injector_for(fault); !injector) return at(place, injector.error().message);
    for (const InjectionPoint& point : points_of({fault})) {
      if (point.kind != InjectionPoint::Kind::syscall) continue;
      if (auto number = syscall_number(point.name, target_.architecture); !number)
        return at(place, number.error().message);
      if (!point.object.empty() && !takes_descriptor(point.name))
        return at(place, to_string(point) + ": " + point.name +
                             " is not made on one descriptor, its first argument; leave out (" +
                             point.object + "), or name a call that is, such as read or sendto");
      if (Status known = check_object(point.object); !known) return at(place, known.error().message);
    }
    if (Status possible = check_errno(fault); !possible) return at(place, possible.error().message);
    if (is_on_object(fault.action))
      if (Status known = check_object(fault.action.argument); !known) return at(place, known.error().message);
    return done();
  }

  // On a link of the scenario's own mechanism it is known before anything runs of what kind the descriptor
  // is.
  Status check_errno(const Fault& fault) const {
    const auto error = errno_number(fault.action.argument);
    const bool is_known =
        fault.action.name == "fail" && fault.at.object == kAnyLink && error && !fault.synthetic;
    const std::string kind = kind_of_link(scenario_.mechanism);
    if (!is_known || kind.empty()) return done();
    const std::string reason = why_never(fault.at.name, *error, kind);
    return reason.empty() ? done() : usage_error("action fail: " + reason + std::string(kMarkSynthetic));
  }

  // The words of core/fault.h for a descriptor.
  Status check_object(const std::string& object) const {
    const bool is_number =
        std::all_of(object.begin(), object.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    const std::vector<std::string> known = known_objects(scenario_, links_);
    if (is_number || std::count(known.begin(), known.end(), object) != 0) return done();
    return usage_error(not_found("object", object, known));
  }

  static std::vector<InjectionPoint> points_of(const std::vector<Fault>& faults) {
    std::vector<InjectionPoint> points;
    for (const Fault& fault : faults) {
      points.push_back(fault.at);
      for (const Hold& hold : {fault.hold, fault.resume}) {
        if (hold.until == Hold::Until::arrival) points.push_back(hold.arrival.point);
      }
    }
    return points;
  }

  // --- cases

  Status add_variant(Plan& plan, const PlannedVariant& variant, const std::vector<FaultLine>& lines) const {
    std::set<std::string> ids;
    for (const Case& planned : plan.cases) {
      if (planned.scenario == scenario_.name && planned.variant == variant.name) ids.insert(planned.id);
    }
    for (const FaultLine& line : lines) {
      const bool is_for_it = line.variants.empty() || means_variant(scenario_, line.variants, variant.name);
      const bool is_for_own = !is_users() || line.variants.empty();  // such a line knows its variants inside
      if ((!is_for_it && !is_users()) || !is_for_own) continue;
      for (const std::vector<Fault>& faults : unfold(line)) {
        for (const Fault& fault : faults) TRY(check_fault(fault, line));
        ASSIGN_OR_RETURN(Case one, make_case(variant, faults, line, plan));
        for (one.repeat = 1; one.repeat <= request_.repeat; ++one.repeat) {
          one.seed = request_.seed + static_cast<uint64_t>(one.repeat) - 1;
          if (line.draw_up_to > 0) one.faults.front().arrival = drawn_arrival(line, one.seed);
          one.id = id_of(one, to_string(one.faults));
          const bool is_new = ids.insert(one.id).second;
          if (!is_new && (!request_.points.empty() || !request_.action.empty()))
            continue;  // the file's lines differ
          if (!is_new) return at(line.place, "this line makes a case that another line makes too: " + one.id);
          plan.cases.push_back(one);
          if (target_.has_threads && !scenario_.is_for_processes) add_as_threads(plan);
        }
      }
    }
    return done();
  }

  Result<Case> make_case(const PlannedVariant& variant, const std::vector<Fault>& faults,
                         const FaultLine& line, Plan& plan) const {
    Case made{.scenario = scenario_.name,
              .mechanism = scenario_.mechanism,
              .target = target_.id,
              .variant = variant.name,
              .mutant = variant.mutant,
              .directory = scenario_.subject.empty() ? scenario_.directory : "",
              .needs = needs_,
              .links = links_,
              .network = network_,
              .faults = faults,
              .expected = variant.expected,
              .deadline_ms = scenario_.deadline_ms};
    if (has_instructions(faults)) made.needs.emplace_back(kInstructionPoints);
    bool records_operations = false;
    for (const Role& role : scenario_.roles) TRY(add_instances(made, role, variant, records_operations));
    forget_unreachable_readiness(made, plan);
    TRY(check_probes(made, line));
    choose_checkers(made, records_operations, plan);
    TRY(watch_handlers(made, catalogue_.probe_library()));
    return made;
  }

  // Scenarios whose subject is ours write {participants} and the like into their arguments.
  std::string fill(std::string text, const Role& role, const std::string& instance, int index) const {
    int participants = 0;
    for (const Role& other : scenario_.roles) participants += other.count;
    return filled(std::move(text), {{"{instance}", instance},
                                    {"{index}", std::to_string(index)},
                                    {"{count}", std::to_string(role.count)},
                                    {"{participants}", std::to_string(participants)},
                                    {"{address}", subject_file_.address},
                                    {"{seed}", std::to_string(request_.seed)}});
  }

  std::vector<std::string> command_of(const Role& role, const PlannedVariant& variant) const {
    std::vector<std::string> words = role.command;
    if (const auto own = scenario_.variants.find(bare_variant(variant.name));
        own != scenario_.variants.end()) {
      if (const auto other = own->second.find(role.name); other != own->second.end()) words = other->second;
    }
    for (std::string& word : words) {
      word = filled(std::move(word), {{"{scenario}", scenario_.directory}});
      if (!variant.program.empty()) word = filled(std::move(word), {{"{program}", variant.program}});
    }
    return words;
  }

  Status add_instances(Case& made, const Role& role, const PlannedVariant& variant,
                       bool& records_operations) const {
    std::vector<std::string> words = command_of(role, variant);
    if (const auto own = request_.roles.find(role.name); own != request_.roles.end()) {
      ASSIGN_OR_RETURN(words, users_command(own->second, role, words, subject_file_.args));
    }
    if (words.empty()) {
      if (variant.program.empty())
        return at(role.place, "role " + role.name + " has no command in variant " + variant.name);
      words = {variant.program};
      words.insert(words.end(), role.args.begin(), role.args.end());
      words.insert(words.end(), subject_file_.args.begin(), subject_file_.args.end());
      words.insert(words.end(), request_.subject_args.begin(), request_.subject_args.end());
    }
    const bool is_of_subject = words.front() == variant.program;
    auto path = find_program(words.front(), is_of_subject ? "" : scenario_.directory);
    if (!path) return at(role.place, "role " + role.name + ": " + path.error().message);
    auto program = inspect_program(*path);
    if (!program) return at(role.place, "role " + role.name + ": " + program.error().message);
    if (Status fits = check_machine(*program, target_.id, target_.architecture); !fits)
      return at(role.place, "role " + role.name + ": " + fits.error().message);
    records_operations = records_operations || !program->probes.empty();
    made.needs.insert(made.needs.end(), program->needs.begin(), program->needs.end());
    if (Status status = check_placeholders(words); !status) return at(role.place, status.error().message);
    ASSIGN_OR_RETURN(const auto descriptors, descriptors_of(role));
    // Of such a program the points that a case names are registered before main: a copy of one that was
    // loaded for another case would have others.
    const bool brings_own_points = program->uses_libfiu && program->probes.empty();
    for (int index = 1; index <= role.count; ++index) {
      RoleInstance instance{.name = role.count == 1 ? role.name : role.name + "." + std::to_string(index),
                            .ready = role.ready,
                            .probes = program->probes,
                            .descriptors = descriptors,
                            .from_zygote = is_of_subject && request_.subject.empty() && !brings_own_points};
      for (const std::string& word : words)
        instance.command.push_back(fill(word, role, instance.name, index));
      instance.environment = target_.environment;
      for (const auto& [key, value] : role.environment) {
        std::string& whole = instance.environment[key];
        whole += (whole.empty() ? "" : ":") + fill(value, role, instance.name, index);
      }
      const std::string library = catalogue_.probe_library();
      if (brings_own_points && !library.empty())
        instance.environment.emplace("LD_PRELOAD", after_runtime(*program, library));
      made.roles.push_back(std::move(instance));
    }
    return done();
  }

  // A probe must be declared by the program of its role. One that declares none may use libfiu itself: then
  // the names that the case mentions are registered, and a fault that never fires will say so.
  Status check_probes(Case& made, const FaultLine& line) const {
    const std::string place = request_.points.empty() ? line.place : "";
    Status status =
        check_points(made, {target_.architecture, catalogue_.probe_library(), scenario_.directory});
    if (status || status.error().blame != Blame::usage) return status;
    return at(place, status.error().message);
  }

  // A program of the user's in a shipped scenario may lack the probe that shows a role to be ready: the next
  // role then starts at once, and the plan says so.
  void forget_unreachable_readiness(Case& made, Plan& plan) const {
    if (!is_users()) return;
    for (RoleInstance& role : made.roles) {
      const bool is_probe = role.ready.point && role.ready.point->kind == InjectionPoint::Kind::probe;
      if (!is_probe || std::count(role.probes.begin(), role.probes.end(), role.ready.point->name) != 0)
        continue;
      const std::string note = scenario_.name + "/" + made.variant + ": not waited for: " + role.name +
                               " at " + to_string(*role.ready.point) + " (the program has no such probe)";
      if (std::count(plan.notes.begin(), plan.notes.end(), note) == 0) plan.notes.push_back(note);
      role.ready.point.reset();
    }
  }

  void choose_checkers(Case& made, bool records_operations, Plan& plan) const {
    const bool has_own = request_.explored && !scenario_.explore_checkers.empty();
    for (const CheckerUse& use : has_own ? scenario_.explore_checkers : scenario_.checkers) {
      const Checker* checker = Checkers::instance().find(use.name);
      if (!checker->needs_operations() || records_operations) {
        made.checkers.push_back(use);
        for (const std::string& what : checker->watches())
          if (std::count(made.watches.begin(), made.watches.end(), what) == 0) made.watches.push_back(what);
        continue;
      }
      const std::string note = scenario_.name + "/" + made.variant + ": not checked: " + use.name +
                               " (the program records no operations)";
      if (std::count(plan.notes.begin(), plan.notes.end(), note) == 0) plan.notes.push_back(note);
    }
  }

  const Scenario& scenario_;
  std::vector<std::string> needs_;
  Links links_;
  std::optional<PrivateNetwork> network_;
  SubjectFile subject_file_;
  const PlannedTarget& target_;
  const Catalogue& catalogue_;
  const PlanRequest& request_;
};

}  // namespace

Status add_to_plan(Plan& plan, const Scenario& scenario, const std::vector<PlannedTarget>& targets,
                   const PlanRequest& request) {
  for (const PlannedTarget& target : targets) {
    ASSIGN_OR_RETURN(const std::vector<Scenario> each, on_each_subject(scenario, target.catalogue, request));
    for (const Scenario& one : each) TRY(Planner(one, target, request).add_to(plan));
  }
  return done();
}

}  // namespace harness
