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
  std::vector<VictimDescriptor> descriptors = {{.number = 3, .kind = "pipe", .object = "pipe:[7]"}};
  std::optional<VictimDescriptor> of_call;

  Result<std::vector<VictimDescriptor>> find_descriptors(const std::string& object) override {
    if (descriptors.empty()) return unavailable("the victim has nothing open that " + object + " names");
    return descriptors;
  }
  std::optional<VictimDescriptor> descriptor_of_call() const override { return of_call; }
  Status close_descriptor(const VictimDescriptor& descriptor) override {
    return note("close " + std::to_string(descriptor.number));
  }
  Status shut_down(const VictimDescriptor& descriptor, bool only_sending) override {
    return note("shut down " + std::string(only_sending ? "sending of " : "") +
                std::to_string(descriptor.number));
  }
  Status keep_copy(const VictimDescriptor& descriptor) override {
    return note("keep a copy of " + std::to_string(descriptor.number));
  }
  Result<Room> shrink_room(const VictimDescriptor& descriptor) override {
    TRY(note("shrink room of " + std::to_string(descriptor.number)));
    return Room{.before = 65536, .after = 4096, .is_full = true};
  }
  Result<std::vector<unsigned char>> write_shared(const std::string& name, uint64_t offset,
                                                  const std::vector<unsigned char>& bytes) override {
    TRY(note("write " + std::to_string(bytes.size()) + " bytes at " + name + "+" + std::to_string(offset)));
    std::vector<unsigned char> before(bytes.size());
    before[0] = 7;
    return before;
  }
  Result<uint64_t> truncate_shared(const std::string& name, uint64_t size) override {
    TRY(note("truncate " + name + " to " + std::to_string(size)));
    return 65536;
  }
  Result<uint64_t> limit_shared_memory() override {
    TRY(note("limit shared memory"));
    return 4096;
  }
  Status fail_probe(int result) override { return note("fail probe with " + std::to_string(result)); }

 private:
  Status note(std::string what) {
    done_to_it.push_back(std::move(what));
    return done();
  }
};

}  // namespace harness
