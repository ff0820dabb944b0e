// Mistake: counts on it that a relaxed load is made before the store after it takes effect.
#include "../two_words.h"

namespace {

struct Variant : two_words::Right {
  static constexpr auto kLook = std::memory_order_relaxed;
};

}  // namespace

int main(int argc, char** argv) { return two_words::run<Variant>(argc, argv); }
