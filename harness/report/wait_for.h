// WaitFor: who waits for what in a case that was stuck, as a graph: from the postmortem's `blocked` events.
#pragma once

#include <string>
#include <vector>

#include "core/event.h"

namespace harness {

struct WaitFor {
  // A role instance, or what one waits for.
  struct Node {
    std::string id;
    bool is_object = false;
    std::string label;   // "waiter.1", "mutex in /dev/shm/harness+8"
    std::string detail;  // what is known of it: "killed by SIGKILL", "normal, word 0x2"
    bool is_dead = false;
  };

  // A role waits for an object; an object is held, or would be served, by a role.
  struct Edge {
    std::string from;
    std::string to;
    std::string label;  // "futex", "held by"
    int event = 0;      // the postmortem that says so
  };

  std::vector<Node> nodes;  // those who wait first
  std::vector<Edge> edges;
};

// Without nodes when nobody was found waiting.
WaitFor wait_for(const History& history);

}  // namespace harness
