// Whether this program is built with AddressSanitizer or ThreadSanitizer.
#pragma once

namespace harness {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool kHasSanitizer = true;
#else
constexpr bool kHasSanitizer = false;
#endif

}  // namespace harness
