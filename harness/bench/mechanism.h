// Mechanism: one way for two processes to talk, as the benchmark measures it. Each registers itself.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/registry.h"
#include "base/result.h"

namespace harness {

// The end of a channel that a process holds. `near` measures, `far` answers.
enum class Side { near, far };

// Between two processes that are forked after it was made.
class Channel {
 public:
  virtual ~Channel() = default;

  // In the process of that side, before the first message.
  virtual void begin(Side) {}

  // One message of `count` bytes; false when a call failed, with errno. At least kHeadroom bytes before
  // `bytes` are the channel's to write (msgsnd(2) wants its type there).
  virtual bool send(Side side, unsigned char* bytes, size_t count) = 0;
  virtual bool receive(Side side, unsigned char* bytes, size_t count) = 0;
};

constexpr size_t kHeadroom = 64;

// What a widely read comparison claims of a mechanism, to be read beside what is measured here.
struct CostClaim {
  std::optional<double> megabytes_per_second;
  std::optional<double> microseconds;  // for a round trip
};

class Mechanism {
 public:
  virtual ~Mechanism() = default;

  virtual std::string_view id() const = 0;
  // In bytes; 0 for what wakes and carries nothing.
  virtual size_t largest_message() const = 0;
  // How often the bytes of a message are copied between two programs that have them in buffers of their own.
  virtual int copies() const = 0;
  virtual CostClaim claim() const { return {}; }

  // Blame::unavailable where this machine does not have it.
  virtual Result<std::unique_ptr<Channel>> open() const = 0;
};

}  // namespace harness
