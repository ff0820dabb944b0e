#include "target/survey.h"

#include <algorithm>
#include <map>

#include "run/sweep.h"

namespace harness {

Status unfold_sweeps(Plan& plan, DispatchOrder order) {
  order.cases.clear();
  order.on_hello = nullptr;
  for (const Case& planned : plan.cases) {
    if (is_sweep(planned) && planned.target == order.target->id()) order.cases.push_back(&planned);
  }
  if (order.cases.empty()) return done();
  std::map<const Case*, int> counted;
  ASSIGN_OR_RETURN(const DispatchOutcome outcome, dispatch(order, [&](const Delivered& delivered) {
                     counted[delivered.plan] = counted_arrivals(*delivered.plan, delivered.history);
                     return done();
                   }));
  std::vector<Case> cases;
  for (const Case& planned : plan.cases) {
    if (std::count(order.cases.begin(), order.cases.end(), &planned) == 0) {
      cases.push_back(planned);
      continue;
    }
    for (int nth = 1; nth <= std::max(1, counted[&planned]); ++nth) cases.push_back(at_arrival(planned, nth));
  }
  plan.cases = std::move(cases);
  return done();
}

}  // namespace harness
