// Mistake: counts on it that its two relaxed stores to two words take effect in their order.
#include "../two_words.h"

namespace {

struct Variant : two_words::Right {
  static constexpr bool kFences = false;
};

}  // namespace

int main(int argc, char** argv) { return two_words::run<Variant>(argc, argv); }
