// RC11 as axioms over whole executions, by trying all of them: Lahav, Vafeiadis, Kang, Hur, Dreyer,
// "Repairing sequential consistency in C/C++11" (PLDI 2017), with the release sequences of C++20.
#include <algorithm>

#include "base/check.h"
#include "model/litmus.h"

namespace harness::model {

namespace {

using Bits = uint32_t;

// A relation between at most 32 events.
struct Relation {
  std::vector<Bits> rows;
  explicit Relation(size_t count) : rows(count, 0) {}
  bool has(size_t a, size_t b) const { return (rows[a] >> b & 1) != 0; }
  void add(size_t a, size_t b) { rows[a] |= Bits{1} << b; }
};

Relation operator|(Relation a, const Relation& b) {
  for (size_t i = 0; i < a.rows.size(); ++i) a.rows[i] |= b.rows[i];
  return a;
}

// Composition: first a, then b.
Relation operator*(const Relation& a, const Relation& b) {
  Relation result(a.rows.size());
  for (size_t i = 0; i < a.rows.size(); ++i) {
    for (size_t k = 0; k < a.rows.size(); ++k) {
      if (a.has(i, k)) result.rows[i] |= b.rows[k];
    }
  }
  return result;
}

Relation closure(Relation a) {
  for (size_t k = 0; k < a.rows.size(); ++k) {
    for (size_t i = 0; i < a.rows.size(); ++i) {
      if (a.has(i, k)) a.rows[i] |= a.rows[k];
    }
  }
  return a;
}

Relation identity(size_t count, Bits of) {
  Relation result(count);
  for (size_t i = 0; i < count; ++i) {
    if ((of >> i & 1) != 0) result.add(i, i);
  }
  return result;
}

bool is_irreflexive(const Relation& a) {
  for (size_t i = 0; i < a.rows.size(); ++i) {
    if (a.has(i, i)) return false;
  }
  return true;
}

constexpr size_t kPlaces = 4;

// An execution that is being put together: events 0…3 are the first values of the places.
class Candidate {
 public:
  explicit Candidate(const LitmusProgram& program) {
    for (size_t place = 0; place < kPlaces; ++place)
      events_.push_back({'W', static_cast<int>(place), 0, Order::relaxed});
    for (const auto& thread : program) {
      for (const Instruction& one : thread) events_.push_back(one);
    }
    CHECK(events_.size() <= 32) << "too many events for the axioms: " << events_.size();
    sb_ = Relation(size());
    for (size_t i = 0; i < kPlaces; ++i) {
      for (size_t k = kPlaces; k < size(); ++k) sb_.add(i, k);
    }
    size_t first = kPlaces;
    for (const auto& thread : program) {
      for (size_t i = 0; i < thread.size(); ++i) {
        for (size_t k = i + 1; k < thread.size(); ++k) sb_.add(first + i, first + k);
      }
      first += thread.size();
    }
    source_.assign(size(), 0);
    for (size_t i = 0; i < size(); ++i) {
      if (writes(i) && i >= kPlaces) later_writes_[static_cast<size_t>(events_[i].place)].push_back(i);
    }
  }

  std::set<std::string> outcomes() {
    choose_source(kPlaces);
    return std::move(outcomes_);
  }

 private:
  size_t size() const { return events_.size(); }
  bool reads(size_t i) const { return events_[i].kind != 'W' && events_[i].kind != 'F'; }
  bool writes(size_t i) const { return events_[i].kind != 'R' && events_[i].kind != 'F'; }
  bool is_fence(size_t i) const { return events_[i].kind == 'F'; }
  bool same_place(size_t a, size_t b) const {
    return !is_fence(a) && !is_fence(b) && events_[a].place == events_[b].place;
  }

  template <class Which>
  Bits those(Which which) const {
    Bits bits = 0;
    for (size_t i = 0; i < size(); ++i) {
      if (which(i)) bits |= Bits{1} << i;
    }
    return bits;
  }

  void choose_source(size_t reader) {
    if (reader == size()) return choose_order(0);
    if (!reads(reader)) return choose_source(reader + 1);
    for (size_t i = 0; i < size(); ++i) {
      if (i == reader || !writes(i) || !same_place(i, reader) || sb_.has(reader, i)) continue;
      source_[reader] = i;
      choose_source(reader + 1);
    }
  }

  void choose_order(size_t place) {
    if (place == kPlaces) return judge();
    auto& writes_there = later_writes_[place];
    std::sort(writes_there.begin(), writes_there.end());
    do {
      choose_order(place + 1);
    } while (std::next_permutation(writes_there.begin(), writes_there.end()));
  }

  void judge() {
    Relation rf(size()), mo(size());
    for (size_t i = kPlaces; i < size(); ++i) {
      if (reads(i)) rf.add(source_[i], i);
    }
    for (size_t place = 0; place < kPlaces; ++place) {
      const auto& order = later_writes_[place];
      for (size_t i = 0; i < order.size(); ++i) {
        mo.add(place, order[i]);
        for (size_t k = i + 1; k < order.size(); ++k) mo.add(order[i], order[k]);
      }
    }
    if (is_allowed(rf, mo)) outcomes_.insert(text());
  }

  bool is_allowed(const Relation& rf, const Relation& mo) const {
    if (!is_irreflexive(closure(sb_ | rf))) return false;  // no load buffering
    Relation fr(size());
    for (size_t i = kPlaces; i < size(); ++i) {
      if (reads(i)) fr.rows[i] = mo.rows[source_[i]] & ~(Bits{1} << i);
    }
    // An update comes right after what it reads.
    for (size_t i = kPlaces; i < size(); ++i) {
      if (!reads(i) || !writes(i)) continue;
      if (!mo.has(source_[i], i)) return false;
      for (size_t k = 0; k < size(); ++k) {
        if (mo.has(source_[i], k) && mo.has(k, i)) return false;
      }
    }
    const Relation hb = happens_before(rf);
    const Relation eco = closure(rf | mo | fr);
    if (!is_irreflexive(hb) || !is_irreflexive(hb * eco)) return false;
    return is_irreflexive(closure(sequential_order(hb, eco, mo | fr)));
  }

  Relation happens_before(const Relation& rf) const {
    const auto is_release = [&](size_t i) {
      return events_[i].order == Order::release || events_[i].order == Order::acq_rel ||
             events_[i].order == Order::seq_cst;
    };
    const auto is_acquire = [&](size_t i) {
      return events_[i].order == Order::acquire || events_[i].order == Order::acq_rel ||
             events_[i].order == Order::seq_cst;
    };
    const Relation updates = identity(size(), those([&](size_t i) { return reads(i) && writes(i); }));
    const Relation all = identity(size(), those([](size_t) { return true; }));
    const Relation written = identity(size(), those([&](size_t i) { return writes(i); }));
    const Relation read = identity(size(), those([&](size_t i) { return reads(i); }));
    const Relation release_writes =
        identity(size(), those([&](size_t i) { return writes(i) && is_release(i); }));
    const Relation release_fences =
        identity(size(), those([&](size_t i) { return is_fence(i) && is_release(i); }));
    const Relation acquire_reads =
        identity(size(), those([&](size_t i) { return reads(i) && is_acquire(i); }));
    const Relation acquire_fences =
        identity(size(), those([&](size_t i) { return is_fence(i) && is_acquire(i); }));
    const Relation sequence = written * (all | closure(rf * updates));
    const Relation begin = release_writes | release_fences * sb_ * written;
    const Relation end = acquire_reads | read * sb_ * acquire_fences;
    return closure(sb_ | begin * sequence * rf * end);
  }

  Relation sequential_order(const Relation& hb, const Relation& eco, const Relation& mo_or_fr) const {
    const auto is_sequential = [&](size_t i) { return events_[i].order == Order::seq_cst; };
    const Relation accesses = identity(size(), those([&](size_t i) { return is_sequential(i); }));
    const Relation fences =
        identity(size(), those([&](size_t i) { return is_sequential(i) && is_fence(i); }));
    Relation apart(size()), hb_at_place(size());
    for (size_t a = 0; a < size(); ++a) {
      for (size_t b = 0; b < size(); ++b) {
        if (sb_.has(a, b) && !same_place(a, b)) apart.add(a, b);
        if (hb.has(a, b) && same_place(a, b)) hb_at_place.add(a, b);
      }
    }
    const Relation scb = sb_ | apart * hb * apart | hb_at_place | mo_or_fr;
    const Relation base = (accesses | fences * hb) * scb * (accesses | hb * fences);
    return base | fences * (hb | hb * eco * hb) * fences;
  }

  uint64_t value_of(size_t i) const {
    if (events_[i].kind == 'U') return value_of(source_[i]) + events_[i].value;
    return events_[i].value;
  }

  std::string text() const {
    std::string result;
    for (size_t i = kPlaces; i < size(); ++i) {
      if (reads(i)) result += std::to_string(value_of(source_[i])) + " ";
    }
    result += ";";
    for (size_t place = 0; place < kPlaces; ++place) {
      const auto& order = later_writes_[place];
      result += " " + std::to_string(order.empty() ? 0 : value_of(order.back()));
    }
    return result;
  }

  std::vector<Instruction> events_;
  Relation sb_{0};
  std::vector<size_t> source_;
  std::vector<size_t> later_writes_[kPlaces];
  std::set<std::string> outcomes_;
};

}  // namespace

std::set<std::string> outcomes_by_axioms(const LitmusProgram& program) {
  return Candidate(program).outcomes();
}

}  // namespace harness::model
