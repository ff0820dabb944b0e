#include "sweep/recording.h"

#include <pthread.h>

#include <algorithm>

namespace harness {

Status record(Origin& origin, const ShowMoment& show) {
  ASSIGN_OR_RETURN(SweptProcess victim, origin.copy());
  const std::span<const std::byte> shared = origin.arena().bytes();
  StateDigest digest(shared, victim.pid());
  Walk walk(origin, victim);
  TRY(walk.begin());
  for (uint64_t number = 1;; ++number) {
    Moment moment{.number = number, .position = walk.position(), .shared = shared, .call = walk.call()};
    ASSIGN_OR_RETURN(moment.head, read_robust_head(victim.pid(), origin.robust_head()));
    moment.digest = digest.of(shared, moment.head);
    TRY(show(moment, victim.pid()));
    if (walk.end() != 0) return done();
    ASSIGN_OR_RETURN(const bool is_inside, walk.next());
    if (!is_inside && !origin.bounds().last_probe.empty())
      return done();  // where a probe is passed nothing has changed
  }
}

namespace {

void add_lock(std::vector<Lock>& locks, const Lock& lock) {
  const bool is_known =
      std::any_of(locks.begin(), locks.end(), [&](const Lock& one) { return one.address == lock.address; });
  if (!is_known) locks.push_back(lock);
}

void look_at_list(Survey& survey, const Origin& origin, const RobustHead& head) {
  const ListedWords words = listed_words(head, origin.robust_head(), origin.arena());
  survey.inherits = survey.inherits || words.inherits;
  survey.leads_outside = survey.leads_outside || words.leads_outside;
  const Lock::Kind kind = is_glibc_distance(head.offset) ? Lock::Kind::mutex : Lock::Kind::futex_word;
  for (const uint64_t address : words.addresses) add_lock(survey.locks, {kind, address});
}

void look_at_state(Survey& survey, const Moment& moment) {
  const auto [known, is_new] =
      survey.ids.emplace(moment.digest, static_cast<uint32_t>(survey.distinct.size()));
  if (is_new) survey.distinct.push_back({.first = moment.number, .position = moment.position});
  ++survey.distinct[known->second].count;
  survey.states = moment.number;
  survey.addresses.insert(moment.position.address);
  if (moment.call >= 0) survey.calls.insert(moment.call);
}

}  // namespace

Result<Survey> survey(Origin& origin) {
  Survey survey;
  // What is in no list, as a mutex that is not robust, is known where the region begins at a function that
  // gets it.
  if (origin.arena().at(origin.argument(), sizeof(pthread_mutex_t)) != nullptr)
    survey.locks.push_back({Lock::Kind::mutex, origin.argument()});
  survey.ends_by_return = origin.bounds().last_probe.empty();
  TRY(record(origin, [&](const Moment& moment, pid_t victim) {
    if (moment.number == 1) survey.was_pending_first = moment.head.pending != 0;
    look_at_list(survey, origin, moment.head);
    look_at_state(survey, moment);
    for (const Lock& lock : survey.locks)
      survey.was_held = survey.was_held || is_held_by(lock, origin.arena(), victim);
    return done();
  }));
  return survey;
}

}  // namespace harness
