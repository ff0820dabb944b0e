// Event and History: one thing that happened in a case, and all of them in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace harness {

// Events of the first group are told by the subject itself through probe/probe.h; the others are seen from
// outside.
//
// kind        name              data
// reached     the probe         {nth}
// invoke      the operation     {values: [object, …]}        an operation begins
// ok          the operation     {values: [object, result, …]}  it took effect
// fail        the operation     {values: [object, errno, …]}   it certainly did not
// info        the operation     {values}                     it is unknown whether it did
// observed    what was read     {values}                     e.g. the fields of a record, in order
//
// spawned     program           {command}
// ready       what showed it    {}
// arrived     a syscall point   {nth, args, result}          only points that a case waits for
// fault       the action        {at, nth, hold, synthetic, signal_sent, …details of the injector}
// resumed     why               {in_vain: fault}             a victim stopped by a fault goes on
// ending      "thread"|"process" {}                          stopped in exit, nothing is released yet
// ended       "exit"|"signal"   {code} or {signal}           reaped
// task        "thread"|"child"|"exec" {…}                    a role got a thread, a child, another program
// settled     ""                {}                           every other thread sleeps or has ended
// deadlock    ""                {}                           quiescence: nobody left can wake anybody
// deadline    ""                {after_ms}                   the last net
// blocked     the system call   {see run/postmortem.h}       one per thread of a stuck case
// residue     kind of object    {object, …}
// output      "stdout"|"stderr" {text, bytes, sha256}  the end of it, and of the whole its size and digest
//             "handlers"     {text}  what was told of signal handlers (probe/handler_log.h), with places
// lost        what              {reason}  operations, residue, worker, turns, points: what is not known
// note        ""                {text}
//
// closed      kind of object    {number, object}
//   a fault has closed this descriptor of the role, or the harness has let go of its copy of it (by_harness)
// kept        kind of object    {number, object}      the harness keeps a copy of the role's descriptor
// calls       ""                {in_vain, by_call}
//   the longest run of calls that came to nothing while nobody else ran; where a checker asks for it
// busy        the call          {in_vain, by_call}    such a run that is not waited out
// descriptors "exec"|"end"      {list: [{number, object, kind, access}]}
//   what a process has open as it becomes another program, or begins to end; where a checker asks for it
// met         ""                {points: [{point, arrivals, kind, asked, …}], caught}
//   the system calls that a process of a role made, where the case is part of an exploration
// turn        where it stood    {turn, task}
//   by its schedule another task goes on than the one before: a call's entry or exit, a probe, a signal
// turns       ""                {turns, tasks}              how many there were, and who took them
// swept       ""                as `harness sweep --json`, where the case is a sweep
enum class EventKind {
  reached,
  invoke,
  ok,
  fail,
  info,
  observed,
  spawned,
  ready,
  arrived,
  fault,
  resumed,
  ending,
  ended,
  task,
  settled,
  deadlock,
  deadline,
  blocked,
  residue,
  output,
  lost,
  note,
  closed,
  kept,
  calls,
  busy,
  descriptors,
  met,
  swept,
  turn,
  turns,
};

std::string_view to_string(EventKind kind);

// nullopt for a name that no kind has.
std::optional<EventKind> event_kind(std::string_view name);

struct Event {
  int index = 0;        // position in the history of its case, from 0
  int64_t time_ns = 0;  // CLOCK_MONOTONIC, from the start of the case
  std::string role;     // the instance: owner, waiter.2; "" for the harness itself
  int pid = 0;
  int tid = 0;
  EventKind kind = EventKind::note;
  std::string name;
  nlohmann::json data = nlohmann::json::object();

  // data.values[i], or `otherwise` when the event carries fewer values.
  int64_t value(size_t i, int64_t otherwise = 0) const;
};

using History = std::vector<Event>;

// Orders by time, keeping the given order among equals, and numbers the events.
void put_in_order(History& history);

void to_json(nlohmann::json& json, const Event& event);

// The same as text, without building a tree first: what a worker sends and a record holds is mostly this. In
// a record each event names its case, and the last of a case says so.
void append_json(std::string& text, const Event& event, std::string_view case_id = {}, bool is_last = false);

void from_json(const nlohmann::json& json, Event& event);

// A list of events that nobody else needs any more: what they carry is moved, not copied.
History take_history(nlohmann::json& events);

}  // namespace harness
