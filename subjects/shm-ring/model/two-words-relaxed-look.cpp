#include "words.h"

namespace {

struct Variant : words_model::Small {
  static constexpr auto kLook = std::memory_order_relaxed;
};

}  // namespace

int main(int argc, char** argv) { return words_model::explore_words<Variant>(argc, argv); }
