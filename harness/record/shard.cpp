#include "record/shard.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/sha256.h"

namespace harness {
namespace {

constexpr int kMostShards = 10'000;

// A whole number of at least 1 in all of the text, else 0.
int number_in(std::string_view text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
}

// FNV-1a: the same on every machine and in every build, unlike std::hash.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash ^ (hash >> 32U);  // its low bits alone follow the text's too closely
}

}  // namespace

Result<Shard> parse_shard(const std::string& text) {
  const size_t slash = text.find('/');
  const Shard shard{.index = number_in(text.substr(0, slash)),
                    .count = slash == std::string::npos ? 0 : number_in(text.substr(slash + 1))};
  if (shard.index == 0 || shard.index > shard.count || shard.count > kMostShards)
    return usage_error("shard \"" + text + "\": write which one of how many, 1/16 to 16/16");
  return shard;
}

std::string to_string(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

bool falls_to(const Shard& shard, std::string_view case_id) {
  return hash_of(case_id) % static_cast<uint64_t>(shard.count) + 1 == static_cast<uint64_t>(shard.index);
}

std::string fingerprint_of(const Plan& plan) {
  std::string text = std::to_string(plan.seed);
  for (const Case& one : plan.cases) text += "\n" + one.id;
  return sha256_hex(text).substr(0, 16);
}

std::string variant_id(const Case& one) { return one.scenario + "/" + one.target + "/" + one.variant; }

void expect_nothing_of_cut(Plan& plan, const std::vector<CaseResult>& results,
                           const std::vector<std::string>& cut, const std::string& why) {
  std::set<std::string> failed;
  for (const CaseResult& result : results) {
    if (result.verdict == Verdict::fail) failed.insert(result.id);
  }
  std::set<std::string> caught;
  for (const Case& one : plan.cases) {
    if (failed.count(one.id) != 0) caught.insert(variant_id(one));
  }
  for (Case& one : plan.cases) {
    const std::string variant = variant_id(one);
    const bool is_cut = std::count(cut.begin(), cut.end(), variant) != 0 && caught.count(variant) == 0;
    if (!is_cut || one.expected.outcome != Expectation::Outcome::fail) continue;
    one.expected.outcome = one.mutant ? Expectation::Outcome::not_shown : Expectation::Outcome::pass;
    one.expected.because = why;
  }
}

void to_json(nlohmann::json& json, const Shard& shard) {
  json = {{"index", shard.index},
          {"count", shard.count},
          {"plan", shard.plan},
          {"positions", shard.positions},
          {"cut", shard.cut}};
}

void from_json(const nlohmann::json& json, Shard& shard) {
  json.at("index").get_to(shard.index);
  json.at("count").get_to(shard.count);
  json.at("plan").get_to(shard.plan);
  json.at("positions").get_to(shard.positions);
  json.at("cut").get_to(shard.cut);
}

}  // namespace harness
