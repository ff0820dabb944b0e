#include "run/scenario_faults.h"

#include <algorithm>

#include "base/suggest.h"

namespace harness {
namespace {

class FaultReader : YamlReader {
 public:
  explicit FaultReader(const YamlReader& yaml) : YamlReader(yaml) {}

  void read(const YAML::Node& list, Scenario& scenario) const {
    if (!list.IsSequence()) complain(list, "faults must be a list");
    for (const YAML::Node& item : list) {
      if (item.IsScalar() && item.Scalar() == "none") {
        scenario.faults.push_back({});
      } else if (item.IsMap() && item["do"] && item["do"].IsScalar() && item["do"].Scalar() == "none") {
        read_none(item, scenario);
      } else if (item.IsMap() && item["chain"]) {
        read_chain(item, scenario);
      } else {
        scenario.faults.push_back(read_fault_line(item, scenario));
      }
    }
  }

 private:
  // A run without a fault for some variants: where a mutant's verdict would be luck.
  void read_none(const YAML::Node& item, Scenario& scenario) const {
    only_keys(item, "fault", {"do", "variants"});
    scenario.faults.push_back(
        {.variants = texts(need(item, "variants"), "variants"), .place = place_of(item["do"])});
  }

  // One link may have a range of arrivals: then there is a chain for each.
  void read_chain(const YAML::Node& item, Scenario& scenario) const {
    only_keys(item, "fault", {"chain", "variants"});
    if (!item["chain"].IsSequence()) complain(item["chain"], "chain must be a list of faults");
    FaultLine line{.place = place_of(item)};
    size_t ranged = 0;
    FaultLine range;
    for (const YAML::Node& link : item["chain"]) {
      only_keys(link, "fault", {"victim", "at", "arrival", "hold", "do", "resume", "synthetic"});
      line.faults.push_back(read_fault(link, scenario));
      const YAML::Node arrival = link["arrival"];
      if (arrival && arrival.IsScalar() && arrival.Scalar() == "every")
        complain(arrival, "arrival: every stands in no chain; write [first, last]");
      if (!arrival || arrival.IsScalar()) continue;
      if (!arrival.IsSequence() || range.last_arrival != 0)
        complain(arrival, "arrival in a chain is a number, or for one of its links [first, last]");
      read_range(arrival, range, is_instruction(line.faults.back()));
      ranged = line.faults.size() - 1;
    }
    if (item["variants"]) line.variants = texts(item["variants"], "variants");
    scenario.faults.push_back(line);
    while (range.last_arrival > line.faults[ranged].arrival) {
      ++line.faults[ranged].arrival;
      scenario.faults.push_back(line);
    }
  }

  FaultLine read_fault_line(const YAML::Node& item, const Scenario& scenario) const {
    only_keys(item, "fault", {"victim", "at", "arrival", "hold", "do", "resume", "synthetic", "variants"});
    FaultLine line{.place = place_of(item["do"] ? item["do"] : item)};
    line.faults.push_back(read_fault(item, scenario));
    if (const YAML::Node arrival = item["arrival"]; arrival && !arrival.IsScalar())
      read_range(arrival, line, is_instruction(line.faults.front()));
    if (item["variants"]) line.variants = texts(item["variants"], "variants");
    return line;
  }

  static bool is_instruction(const Fault& fault) {
    return fault.at.kind == InjectionPoint::Kind::instruction;
  }

  // [1, 3] means one case for each; { draw: 3 } one that the seed chooses; { every: 2, up_to: 8 } one case
  // with a fault at each of them.
  void read_range(const YAML::Node& node, FaultLine& line, bool is_instruction) const {
    if (node.IsMap()) {
      only_keys(node, "arrival", {"draw", "every", "up_to"});
      if (node["every"]) {
        if (node["draw"]) complain(node, "arrival is either { draw: last } or { every: step, up_to: last }");
        line.every = read_arrival(*this, node["every"], is_instruction);
        line.up_to = read_arrival(*this, need(node, "up_to"), is_instruction);
        if (line.up_to < line.every)
          complain(node, "arrival { every: step, up_to: last } needs a last of at least step");
        return;
      }
      line.draw_up_to = read_arrival(*this, need(node, "draw"), is_instruction);
      return;
    }
    if (!node.IsSequence() || node.size() != 2)
      complain(
          node,
          "arrival must be a number, every, [first, last], { draw: last } or { every: step, up_to: last }");
    const int first = read_arrival(*this, node[0], is_instruction);
    line.last_arrival = read_arrival(*this, node[1], is_instruction);
    if (line.last_arrival < first) complain(node, "arrival [first, last] must go upwards");
  }

  Fault read_fault(const YAML::Node& node, const Scenario& scenario) const {
    Fault fault{.victim = role_name(need(node, "victim"), scenario)};
    fault.at = parsed(node["at"], parse_point(text(need(node, "at"), "at")));
    fault.action = parsed(node["do"], parse_action(text(need(node, "do"), "do")));
    if (const YAML::Node arrival = node["arrival"]) {
      if (arrival.IsScalar() && arrival.Scalar() == "every") {
        if (!is_instruction(fault))
          complain(arrival, "arrival: every is for the instructions of insn:FROM..TO");
        fault.arrival = kEveryArrival;
      } else if (arrival.IsScalar()) {
        fault.arrival = read_arrival(*this, arrival, is_instruction(fault));
      }
      if (arrival.IsSequence() && arrival.size() == 2)
        fault.arrival = read_arrival(*this, arrival[0], is_instruction(fault));
    }
    if (node["hold"]) fault.hold = read_hold(node["hold"], scenario);
    const bool enters_a_call =
        fault.at.kind == InjectionPoint::Kind::syscall && fault.at.edge == InjectionPoint::Edge::enter;
    if (fault.hold.until == Hold::Until::blocked && !enters_a_call)
      complain(node["hold"], "hold: blocked is for a point at the entry of a system call");
    if (node["resume"]) fault.resume = read_hold(node["resume"], scenario);
    if (const YAML::Node flag = node["synthetic"]) {
      if (!YAML::convert<bool>::decode(flag, fault.synthetic))
        complain(flag, "synthetic must be true or false");
    }
    return fault;
  }

  Hold read_hold(const YAML::Node& node, const Scenario& scenario) const {
    Hold hold = parsed(node, parse_hold(text(node, "the moment")));
    if (hold.until == Hold::Until::arrival) check_role(*this, node, hold.arrival.role, scenario);
    return hold;
  }

  std::string role_name(const YAML::Node& node, const Scenario& scenario) const {
    std::string name = text(node, "victim");
    check_role(*this, node, name, scenario);
    return name;
  }
};

}  // namespace

void read_faults(const YamlReader& yaml, const YAML::Node& list, Scenario& scenario) {
  FaultReader(yaml).read(list, scenario);
}

int read_arrival(const YamlReader& yaml, const YAML::Node& node, bool is_instruction) {
  const int nth = yaml.positive(node, "arrival");
  if (nth > 64 && !is_instruction) yaml.complain(node, "arrival must be at most 64");
  return nth;
}

void check_role(const YamlReader& yaml, const YAML::Node& node, const std::string& name,
                const Scenario& scenario) {
  std::vector<std::string> known;
  for (const Role& role : scenario.roles) {
    known.push_back(role.name);
    for (int i = 1; role.count > 1 && i <= role.count; ++i)
      known.push_back(role.name + "." + std::to_string(i));
  }
  if (std::find(known.begin(), known.end(), name) == known.end())
    yaml.complain(node, not_found("role", name, known));
}

}  // namespace harness
