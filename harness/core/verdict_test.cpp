#include "core/verdict.h"

#include <boost/test/unit_test.hpp>

namespace harness {
namespace {

BOOST_AUTO_TEST_SUITE(verdict)

BOOST_AUTO_TEST_CASE(names_read_back) {
  for (const Verdict one : {Verdict::pass, Verdict::inconclusive, Verdict::fail}) {
    BOOST_TEST((verdict_from(to_string(one)) == one));
  }
  BOOST_TEST(!verdict_from("passed").has_value());
}

BOOST_AUTO_TEST_CASE(the_worst_wins) {
  BOOST_TEST((worst(Verdict::pass, Verdict::inconclusive) == Verdict::inconclusive));
  BOOST_TEST((worst(Verdict::fail, Verdict::inconclusive) == Verdict::fail));
  BOOST_TEST((worst(Verdict::pass, Verdict::pass) == Verdict::pass));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace harness
