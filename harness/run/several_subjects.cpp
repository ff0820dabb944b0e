#include "run/several_subjects.h"

#include <algorithm>

#include "base/suggest.h"
#include "core/address.h"
#include "run/scenario_file.h"

namespace harness {
namespace {

Status check_variants(const Scenario& scenario, const Catalogue& catalogue, const PlanRequest& request) {
  std::vector<std::string> known;
  for (const std::string& subject : scenario.subjects) {
    ASSIGN_OR_RETURN(const std::vector<Variant> variants, catalogue.variants(subject));
    for (const Variant& variant : variants) {
      known.push_back(variant.name);
      known.push_back(subject + "/" + variant.name);
    }
  }
  const auto is_known = [&](const std::string& name) {
    return std::count(known.begin(), known.end(), name) != 0;
  };
  for (const auto& [name, expectation] : scenario.expect) {
    if (!is_known(name)) return usage_error(expectation.place + ": " + not_found("variant", name, known));
  }
  for (const std::string& name : request.variants) {
    if (!is_known(name))
      return usage_error("scenario " + scenario.name + ": " + not_found("variant", name, known));
  }
  return done();
}

// Those of the scenario's subjects that meet at such addresses as this one; all of them when it is "".
Result<std::vector<std::string>> subjects_over(const Scenario& scenario, const Catalogue& catalogue,
                                               const std::string& over) {
  std::vector<std::string> all = scenario.subjects;
  if (all.empty() && !scenario.subject.empty()) all.push_back(scenario.subject);
  if (over.empty()) return all;
  ASSIGN_OR_RETURN(const std::string wanted, scheme_of(over));
  std::vector<std::string> found;
  std::string known;
  for (const std::string& subject : all) {
    const std::string file = catalogue.subject_file(subject);
    if (file.empty()) continue;
    ASSIGN_OR_RETURN(const SubjectFile described, read_subject_file(file));
    if (described.address.empty()) continue;
    known += (known.empty() ? "" : ", ") + described.address + " (" + subject + ")";
    ASSIGN_OR_RETURN(const std::string scheme, scheme_of(described.address));
    if (scheme == wanted) found.push_back(subject);
  }
  if (!found.empty()) return found;
  return usage_error("scenario " + scenario.name + " has no subject that meets at an address such as " +
                     over + (known.empty() ? "; none of its subjects has an address" : "; it has " + known));
}

}  // namespace

std::string address_over(const Scenario& scenario, const PlanRequest& request) {
  return request.over.empty() ? scenario.over : request.over;
}

bool is_on_several(const Scenario& scenario) { return !scenario.subjects.empty(); }

std::string shown_variant(const Scenario& scenario, const std::string& variant) {
  return is_on_several(scenario) ? scenario.subject + "/" + variant : variant;
}

std::string bare_variant(const std::string& name) { return name.substr(name.find('/') + 1); }

bool is_about_subject(const Scenario& scenario, const std::string& name) {
  const size_t slash = name.find('/');
  const bool names_no_subject = !is_on_several(scenario) || slash == std::string::npos;
  return names_no_subject || name.substr(0, slash) == scenario.subject;
}

bool means_variant(const Scenario& scenario, const std::vector<std::string>& names,
                   const std::string& shown) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (name == shown || name == scenario.subject + "/*") return true;
    return is_on_several(scenario) && shown_variant(scenario, name) == shown;
  });
}

Result<std::vector<Scenario>> on_each_subject(const Scenario& scenario, const Catalogue& catalogue,
                                              const PlanRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> subjects,
                   subjects_over(scenario, catalogue, address_over(scenario, request)));
  if (!is_on_several(scenario) || !request.subject.empty() || !request.roles.empty()) {
    Scenario one = scenario;
    one.subject = subjects.empty() ? scenario.subject : subjects.front();
    return std::vector<Scenario>{one};
  }
  TRY(check_variants(scenario, catalogue, request));
  const auto is_asked_for = [&](const std::string& subject) {
    return std::count(request.mechanisms.begin(), request.mechanisms.end(), subject) != 0;
  };
  const bool is_about_some = std::any_of(subjects.begin(), subjects.end(), is_asked_for);
  std::vector<Scenario> each;
  for (const std::string& subject : subjects) {
    if (is_about_some && !is_asked_for(subject)) continue;
    each.push_back(scenario);
    each.back().subject = each.back().mechanism = subject;
  }
  return each;
}

}  // namespace harness
