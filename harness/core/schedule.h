// Schedule: who goes first when the tasks of a case take turns, so that an interleaving is a thing with a
// name that can be had again. After Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with
// probabilistic guarantees of finding bugs" (ASPLOS 2010): priorities, and a few places where one goes
// behind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harness {

// Tasks are named by their role's instance, all but its first with a number in the order in which they came
// to be: `waiter.2`, `waiter.2+2`.
struct Schedule {
  std::vector<std::string> order;  // who goes first; those not named come behind, by role and age
  std::vector<int> changes;  // turns, counted from 1, at which the task whose turn it is goes behind all

  bool operator==(const Schedule&) const = default;
};

// The end of a case's id: ~turns=waker,sleeper:7:31. Only ~turns= is the order of the scenario's roles.
std::string to_string(const Schedule& schedule);

// nullopt for what to_string does not write.
std::optional<Schedule> parse_schedule(std::string_view text);

// Where in an id its schedule begins; npos when it has none.
size_t schedule_at(std::string_view id);

}  // namespace harness
