// The names that people read in place of errno and signal numbers. The same on x86-64 and arm64 (errno(3),
// signal(7)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harness {

// EOWNERDEAD: the lock is held now, and its last owner died with it (pthread_mutex_lock(3p)).
inline constexpr int kOwnerDead = 130;

inline constexpr int kSigkill = 9;
inline constexpr int kSigstop = 19;

// "EOWNERDEAD", or "errno 4095" for a number without a name.
std::string errno_name(int64_t number);

// Up to here signals have names of their own; behind are the real-time signals, the first two of which belong
// to the C library (signal(7)).
inline constexpr int kLastStandardSignal = 31;

// "SIGKILL", "SIGRTMIN+2" for a real-time signal, or "signal 70" for a number without a name.
std::string signal_name(int number);

// The number of "SIGKILL", "KILL", "SIGRTMIN+2" or "SIGRTMAX-1"; none for a name that is not a signal's.
std::optional<int> signal_number(std::string_view name);

// The number of "EIO"; none for a name that is not an errno's.
std::optional<int> errno_number(std::string_view name);

}  // namespace harness
