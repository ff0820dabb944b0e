// RecordingVictim: the fake of the Victim door, for an injector's unit tests. It writes down what was done to
// it.
#pragma once

#include <string>
#include <vector>

#include "inject/injector.h"

namespace harness {

class RecordingVictim : public Victim {
 public:
  std::vector<std::string> done_to_it;
  std::vector<int> caught = {10};  // SIGUSR1
  bool is_edge_triggered = false;

  Status send_signal(int signal) override { return note("signal " + signal_name(signal)); }
  Status fail_call(int error) override { return note("fail call with " + errno_name(error)); }
  Result<Shortened> shorten_call(size_t bytes) override {
    TRY(note("shorten call to " + std::to_string(bytes)));
    return Shortened{.asked = bytes + 1, .given = bytes, .is_edge_triggered = is_edge_triggered};
  }
  Result<std::vector<int>> caught_signals() const override { return caught; }
  Status limit_descriptors() override { return note("limit descriptors"); }
  Status limit_queues() override { return note("limit queues"); }
  Status fail_probe(int result) override { return note("fail probe with " + std::to_string(result)); }

 private:
  Status note(std::string what) {
    done_to_it.push_back(std::move(what));
    return done();
  }
};

}  // namespace harness
