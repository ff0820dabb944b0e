// Fault: victim + injection point + trigger + action; and the words in which people write one.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace harness {

// Where a process can be stopped.
//   probe:NAME                a libfiu failure point that the program passes
//   syscall:NAME/enter|exit   a system call, before the kernel sees it or after it has returned
//   syscall:NAME(OBJECT)/…    the same, but only calls on this descriptor: see Object below
//   ending                    the process's way out, whatever began it: its core is written, and the kernel
//   has
//                             released nothing of it yet (ptrace(2), PTRACE_EVENT_EXIT)
//   insn:FROM..TO             each instruction that a thread is about to execute in user code after it has
//                             passed the probe FROM (the first time) and before it passes the probe TO
struct InjectionPoint {
  enum class Kind { probe, syscall, instruction, ending };
  enum class Edge { enter, exit };

  Kind kind = Kind::probe;
  std::string name;         // the probe's or the system call's; of instructions the probe FROM
  Edge edge = Edge::enter;  // system calls only
  std::string last = {};    // instructions only: the probe TO
  std::string object = {};  // system calls: only those on what this names; "" for all

  auto operator<=>(const InjectionPoint&) const = default;
};

// "probe:lock.held", "syscall:write/enter", "syscall:write(link)/enter", "insn:lock.held..lock.released",
// "ending". A syscall name is checked against the kernel's table by the planner.
Result<InjectionPoint> parse_point(std::string_view text);
std::string to_string(const InjectionPoint& point);

// Object: the words in which a descriptor of the victim is named, in a point and as an action's argument.
//   link       what connects the victim with any other role of the case
//   ROLE       what connects it with this role, or instance of it
//   LINK       an end of this link of the scenario's; LINK.END just that end
//   socket, pipe, file, eventfd, epoll, timerfd, signalfd, inotify, pidfd    whatever is of this kind
//   3          the descriptor with this number
inline constexpr std::string_view kAnyLink = "link";

// A moment in a run that can be waited for: a role's nth arrival at a point. Written ROLE@POINT or
// ROLE@POINT#2.
struct Arrival {
  std::string role;  // a role, meaning the first instance of it that gets there, or an instance: waiter.2
  InjectionPoint point;
  int nth = 1;  // counted from 1, per process, from main on

  bool operator==(const Arrival&) const = default;
};

Result<Arrival> parse_arrival(std::string_view text);
std::string to_string(const Arrival& arrival);

// How long the victim is held at its point before the action.
struct Hold {
  enum class Until {
    now,      // not at all
    blocked,  // not at its point, but until it is asleep in the system call that it is about to make there
    settled,  // until every other thread of the case sleeps or has ended
    arrival,  // until another role has arrived somewhere
  };

  Until until = Until::now;
  Arrival arrival;  // Until::arrival only

  bool operator==(const Hold&) const = default;
};

// "now", "blocked", "settled" or an arrival.
Result<Hold> parse_hold(std::string_view text);
std::string to_string(const Hold& hold);

// What is done to the victim at its point: a name, and an argument where the action takes one: kill,
// signal(SIGTERM).
struct Action {
  std::string name;
  std::string argument;

  bool operator==(const Action&) const = default;
};

Result<Action> parse_action(std::string_view text);
std::string to_string(const Action& action);

// Fault::arrival of a sweep: one case for each arrival that there is. How many there are is counted in a run
// without the fault, before the cases (target/survey.h).
inline constexpr int kEveryArrival = 0;

// One thing done to one role at one place: who, where, when, what.
struct Fault {
  std::string victim;  // as Arrival::role
  InjectionPoint at;
  int arrival = 1;  // as Arrival::nth, or kEveryArrival
  Hold hold;
  Action action;
  Hold resume;  // for an action that leaves the victim stopped: when it goes on again; `now` means settled
  bool synthetic = false;  // the author knows that no kernel does this here, and wants it nevertheless
  bool onwards = false;    // at every arrival from that one on

  bool operator==(const Fault&) const = default;
};

// A line of text that names the fault within a case id: no spaces, nothing that a shell would expand. Faults
// that differ by evenly spaced arrivals alone are one word: reader@probe:read#3,6..30=stop.
std::string to_string(const Fault& fault);
std::string to_string(const std::vector<Fault>& faults);

// True when the instance (waiter.2, owner) belongs to what a role name means (waiter, waiter.2, owner).
bool names_instance(std::string_view role, std::string_view instance);

// The role of an instance: waiter.2 → waiter.
std::string role_of(std::string_view instance);

// Whether one of them strikes at an instruction.
bool has_instructions(const std::vector<Fault>& faults);

}  // namespace harness
