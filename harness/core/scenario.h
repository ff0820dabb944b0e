// Scenario: a subject, its roles, the faults, the checkers, and what is expected of each variant. Data only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/fault.h"

namespace harness {

// When the next role may start: the first of these that is given.
struct Ready {
  std::string stdout_text;              // the role's standard output contains this text
  std::string path;                     // this file exists
  std::optional<InjectionPoint> point;  // the role has arrived at this point
  int nth = 1;
  bool at_end = false;  // the role has ended, which lets the next one start in any case

  bool is_given() const { return !stdout_text.empty() || !path.empty() || point.has_value() || at_end; }
};

// A process's part. Placeholders in its words: {tmp} a private directory, {address} where the subject's roles
// meet, {instance}, {index} from 1, {count}, {participants} the number of all instances of all roles, {seed},
// {scenario} the folder of the scenario's file, {program} the program that the subject has for the variant.
struct Role {
  std::string name;
  std::vector<std::string> args;     // for the subject's program
  std::vector<std::string> command;  // or a whole command line of any program
  std::map<std::string, std::string> environment;
  int count = 1;
  Ready ready;
  std::map<int, std::string> descriptors;  // which end of a link it is started with: 3 → "data.write"
  std::string place;                       // file:line:column, for complaints; the same in the types below
};

// How a scenario may speak of its roles: by their names, and those of the instances where there are several.
std::vector<std::string> names_of(const std::vector<Role>& roles);

// What connects roles from their start on: a name, and its kind: pipe (its ends NAME.read, NAME.write),
// socketpair, socketpair-dgram or socketpair-seqpacket (NAME.a, NAME.b), eventfd or eventfd-semaphore
// (NAME.counter, which all roles may have).
using Links = std::map<std::string, std::string>;

// The ends of a kind of link, in the order of pipe(2) or socketpair(2); none for an unknown kind.
std::vector<std::string> link_ends(const std::string& kind);
const std::vector<std::string>& link_kinds();

// A network of the case's own: only its roles are in it, and only the loopback. The range is that of the
// ports that the kernel chooses by itself (ip(7), ip_local_port_range); 0: as the kernel has it.
struct PrivateNetwork {
  int first_port = 0;
  int last_port = 0;
};

// Programs of others, by name, and the Debian package that each comes in.
using Programs = std::map<std::string, std::string>;

// Whole commands by role.
using RoleCommands = std::map<std::string, std::vector<std::string>>;

// A checker by name, with what it is told: { exit_status: { broker: 0 } }.
struct CheckerUse {
  std::string name;
  nlohmann::json options = nlohmann::json::object();
  std::string place;
};

// What a variant must come to.
struct Expectation {
  enum class Outcome {
    pass,       // every case passes
    fail,       // some case fails by `checker`, and no case fails without it: a mutant that is caught
    platform,   // some case shows the platform defect `defect`; the others pass
    not_shown,  // a mutant whose mistake cannot come out here: a pass says nothing, and a failure is welcome
  };

  Outcome outcome = Outcome::pass;
  std::string checker;  // Outcome::fail; "" any: a mutant in an exploration
  std::string defect;   // Outcome::platform: a name such as MX-22
  std::string because;  // said in reports: why a failure is a known limit and no planted mistake, or why a
                        // mistake cannot come out
  std::string mistake;  // of a mutant: the class of its mistake (core/mistake.h), or ""
  std::string place;

  // What is expected on other targets in its stead; `target` is one's id, or the beginning of several:
  // arm64*.
  std::string target;
  std::vector<Expectation> elsewhere;
};

// The one for a target.
const Expectation& expectation_on(const Expectation& expectation, const std::string& target);

// That a variant fails, or would fail, for no reason that lies in a program of others.
bool is_planted(const Expectation& expectation);

// "pass", "fail: progress", "platform: MX-22", "not to be shown".
std::string to_string(const Expectation& expectation);

// One line under `faults:`: the faults of one case, and how many cases it makes.
struct FaultLine {
  std::vector<Fault> faults;  // all in one case; empty means a run without a fault
  int last_arrival = 0;       // when set, one case for each arrival of the first fault up to this one
  int draw_up_to = 0;  // when set, the arrival of the first fault is drawn from the seed, in 1…draw_up_to
  int every = 0;       // when set, one case in which the fault strikes at every so manieth arrival up to…
  int up_to = 0;       // …this one: a storm
  std::vector<std::string> variants;  // only these; empty means all
  std::string place;
};

// What `harness explore --every instruction` goes through.
struct InstructionsToExplore {
  InjectionPoint region;             // insn:FROM..TO
  std::vector<std::string> victims;  // roles, or instances; empty: all
  std::vector<FaultLine> start;      // by what the others come to wait, before the victim is killed
};

struct Scenario {
  std::string name;       // the folder's name, or the file's without .yaml
  std::string file;       // where it was read from
  std::string directory;  // of the file; relative commands are meant from here
  std::string summary;
  std::string mechanism;
  std::string subject;                // subjects/<id>, or "" when every role has a command
  std::vector<std::string> subjects;  // when it is planned for several: then each is its own mechanism
  std::string over;                   // an address instead of the subject's own
  std::vector<std::string> covers;    // the claims (scenarios/claims.yaml) that it shows
  std::vector<std::string> needs;     // abilities of the machine (harness doctor) without which it is skipped
  Programs programs;                  // without which it is skipped as well
  std::map<std::string, RoleCommands>
      variants;  // of the scenario itself: in whose runs roles have other commands
  Links links;
  std::optional<PrivateNetwork> network;  // without it the roles are in the machine's
  std::vector<std::string> tags;
  bool is_for_processes = false;  // its roles are never run as threads of one process (run/thread_mode.h)
  std::vector<Role> roles;
  std::vector<FaultLine> faults;
  std::vector<CheckerUse> checkers;
  std::vector<CheckerUse> explore_checkers;  // what must hold under any fault; empty: as `checkers`
  std::optional<InstructionsToExplore> instructions;
  std::vector<std::pair<std::string, Expectation>> expect;  // variant → expectation, in the file's order
  int deadline_ms = 10'000;
};

// The ids of DESIGN's mechanisms: the only values of `mechanism:`.
const std::vector<std::string>& mechanism_ids();

}  // namespace harness
