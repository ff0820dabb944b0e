// Timeline: a history laid out in time, a lane for each process. What the HTML report and the trace draw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/event.h"

namespace harness {

// One process of the case: a role instance, or a child of one.
struct Lane {
  std::string name;  // owner, waiter.2, or "broker's child 14"
  std::string role;
  int pid = 0;
  int64_t begin_ns = 0;
  int64_t end_ns = 0;          // of the case, where its end was not seen
  std::string end;             // "exited with status 0", "was killed by SIGKILL", or ""
  bool is_struck = false;      // a fault ended it, by a signal of its own
  bool is_cleaned_up = false;  // it was killed for the case being over alone
};

// Something that took time in a lane.
struct Span {
  enum class Kind {
    operation,  // what the program says that it did, from invoke to its answer
    stopped,    // by a fault, until it was let go on
    call,       // in a system call, where every call was recorded
    blocked,    // asleep in a system call when the case was found stuck
  };

  Kind kind = Kind::operation;
  size_t lane = 0;
  int tid = 0;
  std::string name;  // lock(0), "stopped", or the system call
  int64_t begin_ns = 0;
  int64_t end_ns = 0;
  EventKind outcome = EventKind::info;  // operations: ok, fail or info, which an unanswered one is as well
  bool is_open = false;                 // it did not end before the case did
  int event = 0;                        // the index of the event that tells of it best
};

// A kernel object as the events show it: who holds a lock, how many records are under way, a counter's value.
struct ObjectTrack {
  // What it was from here until the next of these.
  struct State {
    int64_t from_ns = 0;
    std::string value;             // "owner", "free", "3"
    std::optional<int64_t> level;  // for what is counted
    bool is_broken = false;        // held by somebody dead
    int event = 0;
  };

  std::string name;  // "lock 0 held by", "records under way"
  std::vector<State> states;
};

// What one event took from another, by their indices: a read of the model from the write that it read.
struct Link {
  int from = 0;
  int to = 0;
};

// A process that a role's first one made: "broker's child 14".
std::string name_of_child(const std::string& role, int64_t pid);

struct Timeline {
  int64_t end_ns = 0;
  int64_t stuck_ns = -1;  // when the case was found stuck, or out of time; -1 when it was not
  std::vector<Lane> lanes;
  std::vector<Span> spans;
  std::vector<ObjectTrack> objects;
  std::vector<Link> links;

  // The lane of an event; nothing for what the harness itself says.
  std::optional<size_t> lane_of(const Event& event) const;
};

Timeline timeline_of(const History& history);

// False when a record holds only a part of a case's events: then no picture may be drawn of it.
bool is_whole(const History& history);

}  // namespace harness
