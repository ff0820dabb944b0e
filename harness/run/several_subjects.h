// A scenario on several subjects: each of them is a mechanism, and the scenario is planned for each.
//
// A variant is then called SUBJECT/VARIANT; what the scenario says of VARIANT alone means that of every
// subject that has it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/scenario.h"
#include "run/catalogue.h"
#include "run/planner.h"

namespace harness {

// The scenario as it is for each subject that the request wants; just itself when it has one or none. Errors:
// it names a variant that no subject has; no subject meets at such an address as the one that is asked for.
Result<std::vector<Scenario>> on_each_subject(const Scenario& scenario, const Catalogue& catalogue,
                                              const PlanRequest& request);

// The address at which the scenario's roles meet instead of their subject's own, or "".
std::string address_over(const Scenario& scenario, const PlanRequest& request);

bool is_on_several(const Scenario& scenario);

// What a variant of the scenario's subject is called in cases and reports, and the other way round.
std::string shown_variant(const Scenario& scenario, const std::string& variant);
std::string bare_variant(const std::string& name);

// Whether a name of a variant, "packet" or "pipe/packet", can mean one of this scenario's subject.
bool is_about_subject(const Scenario& scenario, const std::string& name);

// Whether a list of names ("records", "pipe/records", "pipe/*") means the variant of that shown name.
bool means_variant(const Scenario& scenario, const std::vector<std::string>& names, const std::string& shown);

}  // namespace harness
