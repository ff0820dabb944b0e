// harness bench: what each mechanism costs on this machine, and how soon a survivor goes on after a death.
#include <fmt/format.h>
#include <sys/utsname.h>

#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/suggest.h"
#include "bench/measure.h"
#include "bench/mechanism.h"
#include "bench/recovery.h"
#include "bench/stage.h"
#include "cli/command.h"

namespace harness {
namespace {

// The first "key : value" line of a file that begins with the key.
std::string value_in(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "";
}

struct Place {
  const char* id;
  Placement placement;
};

nlohmann::json to_json(const Distribution& distribution) {
  return {{"samples", distribution.samples},
          {"p50", distribution.p50},
          {"p90", distribution.p90},
          {"p99", distribution.p99},
          {"max", distribution.max}};
}

std::string number_or_dash(const nlohmann::json& object, const char* key, const char* form) {
  if (!object.contains(key)) return "-";
  return fmt::format(fmt::runtime(form), object.at(key).get<double>());
}

class BenchCommand : public Command {
 public:
  std::string_view id() const override { return "bench"; }
  std::string_view summary() const override {
    return "what each mechanism costs here, and how soon a survivor goes on after a death";
  }
  void add_options(CLI::App& app) override {
    app.add_option("names", names_, "mechanisms and deaths, as the tables name them; all when none is given");
    app.add_option("--megabytes", megabytes_, "that a transfer moves")->check(CLI::Range(1, 10'000));
    app.add_option("--round-trips", round_trips_, "that are timed one by one")->check(CLI::Range(1, 100'000));
    app.add_option("--deaths", deaths_, "of each kind")->check(CLI::Range(1, 10'000));
    app.add_option("--repeat", repeats_, "of each transfer; the median counts")->check(CLI::Range(1, 100));
    app.add_flag("--json", json_, "as JSON");
  }

  Result<int> run() override {
    if (const auto unknown = unknown_name()) return *unknown;
    const std::vector<int> processors = usable_processors();
    places_ = {{"one", {processors.front(), processors.front()}}};
    if (processors.size() > 1) places_.push_back({"across", {processors[0], processors[1]}});
    nlohmann::json told = {{"schema", "harness-bench/1"},
                           {"machine", machine()},
                           {"mechanisms", nlohmann::json::array()},
                           {"recoveries", nlohmann::json::array()}};
    const double memcpy_rate = measure_memcpy(amount());
    told["machine"]["memcpy_megabytes_per_second"] = memcpy_rate;
    say_machine(told["machine"]);
    measure_mechanisms(told, memcpy_rate);
    measure_recoveries(told);
    if (json_) fmt::print("{}\n", told.dump(2));
    const bool is_nothing = told["mechanisms"].empty() && told["recoveries"].empty();
    return is_nothing ? kNothingRan : has_failed_ ? kInternal : kAsExpected;
  }

 private:
  std::optional<Error> unknown_name() const {
    std::vector<std::string> known;
    for (const Mechanism* one : Registry<Mechanism>::instance().all()) known.emplace_back(one->id());
    for (const Recovery* one : Registry<Recovery>::instance().all()) known.emplace_back(one->id());
    for (const std::string& name : names_) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        return usage_error(not_found("mechanism or death", name, known));
    }
    return std::nullopt;
  }

  bool is_wanted(std::string_view id) const {
    return names_.empty() || std::find(names_.begin(), names_.end(), id) != names_.end();
  }

  Amount amount() const {
    return {.bytes = static_cast<uint64_t>(megabytes_) * 1'000'000,
            .round_trips = round_trips_,
            .repeats = repeats_};
  }

  nlohmann::json machine() const {
    utsname names{};
    ::uname(&names);
    const std::string flags = value_in("/proc/cpuinfo", "flags");
    return {{"cpu", value_in("/proc/cpuinfo", "model name")},
            {"architecture", names.machine},
            {"kernel", std::string(names.sysname) + " " + names.release},
            {"processors", usable_processors().size()},
            {"is_virtual", flags.find("hypervisor") != std::string::npos}};
  }

  // For people only: a row as soon as it is there.
  template <class... Arguments>
  void say(fmt::format_string<Arguments...> form, Arguments&&... arguments) const {
    if (json_) return;
    fmt::print(form, std::forward<Arguments>(arguments)...);
    std::fflush(stdout);
  }

  void say_machine(const nlohmann::json& machine) const {
    say("{} · {} · {} · {} processor{}{} · memcpy {:.0f} MB/s\n",
        machine.at("cpu").get<std::string>().empty() ? "unknown processor"
                                                     : machine.at("cpu").get<std::string>(),
        machine.at("architecture").get<std::string>(), machine.at("kernel").get<std::string>(),
        machine.at("processors").get<size_t>(), machine.at("processors").get<size_t>() == 1 ? "" : "s",
        machine.at("is_virtual").get<bool>()
            ? " · virtual machine: a wake-up across processors is its hypervisor's"
            : "",
        machine.at("memcpy_megabytes_per_second").get<double>());
  }

  // What could not be measured is named, and the rest goes on.
  void note(nlohmann::json& row, const std::string& what, const Error& error) {
    row["not_measured"][what] = error.message;
    has_failed_ = has_failed_ || error.blame == Blame::internal;
    say("  not measured: {}: {}\n", what, error.message);
  }

  void measure_mechanisms(nlohmann::json& told, double memcpy_rate) {
    bool is_first = true;
    for (const Mechanism* mechanism : Registry<Mechanism>::instance().all()) {
      if (!is_wanted(mechanism->id())) continue;
      if (is_first) {
        say("\n{:<17} {:>17} {:>9} | {:>20} {:>20} {:>7} | {:>13} {:>7}\n", "mechanism", "MB/s, 1 CPU/2",
            "of memcpy", "µs p50/p99, 1 CPU", "µs p50/p99, 2 CPUs", "claimed", "calls msg/rtt", "copies");
      }
      is_first = false;
      nlohmann::json row = {{"id", mechanism->id()}, {"copies", mechanism->copies()}};
      if (mechanism->largest_message() > 0) row["message_bytes"] = mechanism->largest_message();
      measure(*mechanism, row);
      say_row(row, memcpy_rate, mechanism->claim());
      told["mechanisms"].push_back(std::move(row));
    }
  }

  void measure(const Mechanism& mechanism, nlohmann::json& row) {
    for (const Place& place : places_) {
      nlohmann::json& here = row[place.id];
      here = nlohmann::json::object();
      if (mechanism.largest_message() > 0) {
        const auto rate = measure_transfer(mechanism, place.placement, amount());
        if (!rate) return note(row, fmt::format("{} transfer", mechanism.id()), rate.error());
        here["megabytes_per_second"] = *rate;
      }
      const auto trips = measure_round_trips(mechanism, place.placement, amount());
      if (!trips) return note(row, fmt::format("{} round trip", mechanism.id()), trips.error());
      here["round_trip_microseconds"] = to_json(*trips);
    }
    const auto calls = count_calls(mechanism, places_.front().placement.near);
    if (!calls) return note(row, fmt::format("{} calls", mechanism.id()), calls.error());
    row["calls_per_round_trip"] = calls->per_round_trip;
    if (calls->per_message) row["calls_per_message"] = *calls->per_message;
    const CostClaim claim = mechanism.claim();
    if (claim.megabytes_per_second) row["claimed_megabytes_per_second"] = *claim.megabytes_per_second;
    if (claim.microseconds) row["claimed_microseconds"] = *claim.microseconds;
  }

  static std::string trip_text(const nlohmann::json& row, const char* place) {
    if (!row.contains(place) || !row.at(place).contains("round_trip_microseconds")) return "-";
    const auto& trips = row.at(place).at("round_trip_microseconds");
    return fmt::format("{:.2f}/{:.1f}", trips.at("p50").get<double>(), trips.at("p99").get<double>());
  }

  static std::string rate_text(const nlohmann::json& row, const char* place) {
    return row.contains(place) ? number_or_dash(row.at(place), "megabytes_per_second", "{:.0f}") : "-";
  }

  void say_row(const nlohmann::json& row, double memcpy_rate, const CostClaim& claim) const {
    double best = 0;
    for (const Place& place : places_) {
      if (row.contains(place.id)) best = std::max(best, row.at(place.id).value("megabytes_per_second", 0.0));
    }
    std::string claimed = "-";
    if (claim.megabytes_per_second)
      claimed = fmt::format("{:.0f}/{}", *claim.megabytes_per_second, *claim.microseconds);
    say("{:<17} {:>17} {:>9} | {:>19} {:>19} {:>9} | {:>13} {:>7}\n", row.at("id").get<std::string>(),
        rate_text(row, "one") + " / " + rate_text(row, "across"),
        best > 0 ? fmt::format("{:.2f}", best / memcpy_rate) : "-", trip_text(row, "one"),
        trip_text(row, "across"), claimed,
        number_or_dash(row, "calls_per_message", "{:.1f}") + " / " +
            number_or_dash(row, "calls_per_round_trip", "{:.1f}"),
        row.at("copies").get<int>());
  }

  void measure_recoveries(nlohmann::json& told) {
    bool is_first = true;
    for (const Recovery* recovery : Registry<Recovery>::instance().all()) {
      if (!is_wanted(recovery->id())) continue;
      if (is_first) {
        say("\n{:<22} {:>30} {:>30}   {}\n", "from SIGKILL to …", "µs p50/p90/p99/max, 1 CPU", "2 CPUs",
            "the survivor's success");
      }
      is_first = false;
      nlohmann::json row = {{"id", recovery->id()}, {"success", recovery->success()}};
      std::string text = fmt::format("{:<22}", recovery->id());
      for (const Place& place : places_) {
        const auto times = measure_recovery(*recovery, place.placement, deaths_);
        if (!times) {
          note(row, std::string(recovery->id()), times.error());
          break;
        }
        row[place.id]["microseconds"] = to_json(*times);
        text += fmt::format(" {:>30}", fmt::format("{:.0f}/{:.0f}/{:.0f}/{:.0f}", times->p50, times->p90,
                                                   times->p99, times->max));
      }
      say("{}   {}\n", text, recovery->success());
      told["recoveries"].push_back(std::move(row));
    }
  }

  std::vector<std::string> names_;
  std::vector<Place> places_;
  int megabytes_ = 100;
  int round_trips_ = 2000;
  int deaths_ = 200;
  int repeats_ = 3;
  bool json_ = false;
  bool has_failed_ = false;
};

const CommandRegistration registration{std::make_unique<BenchCommand>()};

}  // namespace
}  // namespace harness
