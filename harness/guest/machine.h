// The guest machine, as its process 1 makes it fit for cases. Everything here needs to be process 1 of a
// machine that is nobody's: it mounts, loads modules, sets the clock, and turns the machine off.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace harness {

// /proc, /sys, /dev and what belongs into it, /tmp, and the directories that a sandbox mounts on.
Status mount_file_systems();

// The network interface of 127.0.0.1.
Status bring_up_loopback();

// Loads every file of the directory, in the order of their names: a module comes after those that it needs.
Status load_modules(const std::string& directory);

// Waits until the kernel has found the virtio port of that name, and opens it. The number in a port's file
// name depends on what other devices there are, so it is looked up by /sys/class/virtio-ports/*/name.
Result<Fd> open_port(const std::string& name);

Status set_clock(int64_t realtime_ns);

// Stirs the hex digits into the kernel's random numbers, and has those begin anew from them: machines that
// were restored from one template would else all draw the same.
Status feed_entropy(const std::string& hex);

// Never returns, and leaves nothing running.
[[noreturn]] void power_off();

}  // namespace harness
