// What seq_cst forbids: a cycle in RC11's partial order of seq_cst accesses and fences (psc).
#include <bitset>

#include "model/engine.h"

namespace harness::model {

namespace {

constexpr size_t kMostJudgedSteps = 192;
using Row = std::bitset<kMostJudgedSteps>;

bool is_access(const Step& step) { return step.read >= 0 || step.written >= 0; }

}  // namespace

bool Engine::is_consistent() const {
  if (sequential_ < 2) return true;
  const size_t count = steps_.size();
  if (count > kMostJudgedSteps) return true;  // judged only as release and acquire then
  const auto position = [&](int16_t message) { return messages_[static_cast<size_t>(message)].position; };
  const auto happens_before = [&](size_t a, size_t b) {
    const auto thread = static_cast<size_t>(steps_[a].thread);
    return a != b && steps_[b].clock[thread] >= steps_[a].clock[thread];
  };
  const auto same_place = [&](size_t a, size_t b) {
    return steps_[a].location >= 0 && steps_[a].location == steps_[b].location;
  };
  std::vector<Row> hb(count), apart(count), eco(count), scb(count);
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = 0; b < count; ++b) {
      if (a == b) continue;
      const bool is_hb = happens_before(a, b);
      hb[a][b] = is_hb;
      const bool is_sb = is_hb && steps_[a].thread == steps_[b].thread;
      apart[a][b] = is_sb && !same_place(a, b);
      scb[a][b] = is_sb || (is_hb && same_place(a, b));
      if (!same_place(a, b) || !is_access(steps_[a]) || !is_access(steps_[b])) continue;
      const bool writes_a = steps_[a].written >= 0, writes_b = steps_[b].written >= 0;
      const int at_a = position(writes_a ? steps_[a].written : steps_[a].read);
      const int at_b = position(writes_b ? steps_[b].written : steps_[b].read);
      eco[a][b] = writes_a && !writes_b ? at_a <= at_b : at_a < at_b;
      if (writes_b && at_a < at_b) scb[a][b] = true;  // modification order, or from-read
    }
  }
  const auto through = [count](const Row& row, const std::vector<Row>& next) {
    Row result;
    for (size_t i = 0; i < count; ++i) {
      if (row[i]) result |= next[i];
    }
    return result;
  };
  for (size_t a = 0; a < count; ++a) scb[a] |= through(through(apart[a], hb), apart);
  std::vector<Row> psc(count);
  for (size_t x = 0; x < count; ++x) {
    if (steps_[x].order != Order::seq_cst) continue;
    const bool is_fence = steps_[x].kind == Step::Kind::fence;
    Row from = scb[x];
    if (is_fence) from |= through(hb[x], scb);
    Row between = is_fence ? hb[x] | through(through(hb[x], eco), hb) : Row();
    for (size_t y = 0; y < count; ++y) {
      if (steps_[y].order != Order::seq_cst) continue;
      bool reached = from[y];
      if (steps_[y].kind == Step::Kind::fence) {
        reached = reached || between[y];
        for (size_t b = 0; b < count && !reached; ++b) reached = from[b] && hb[b][y];
      }
      psc[x][y] = reached;
    }
  }
  for (size_t k = 0; k < count; ++k) {
    for (size_t i = 0; i < count; ++i) {
      if (psc[i][k]) psc[i] |= psc[k];
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (psc[i][i]) return false;
  }
  return true;
}

}  // namespace harness::model
