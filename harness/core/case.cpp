#include "core/case.h"

namespace harness {
namespace {

nlohmann::json fault_to_json(const Fault& fault) {
  nlohmann::json json = {{"victim", fault.victim},
                         {"point", to_string(fault.at)},
                         {"arrival", fault.arrival},
                         {"hold", to_string(fault.hold)},
                         {"action", to_string(fault.action)},
                         {"resume", to_string(fault.resume)},
                         {"synthetic", fault.synthetic}};
  if (fault.onwards) json["onwards"] = true;
  return json;
}

// Stored text was written by to_string, so it parses; a file changed by hand throws like any other bad JSON.
template <typename T>
T parsed(const Result<T>& result) {
  if (!result) {
    throw nlohmann::json::other_error::create(501, result.error().message,
                                              static_cast<const nlohmann::json*>(nullptr));
  }
  return *result;
}

Fault fault_from_json(const nlohmann::json& json) {
  return {.victim = json.at("victim"),
          .at = parsed(parse_point(json.at("point").get<std::string>())),
          .arrival = json.at("arrival"),
          .hold = parsed(parse_hold(json.at("hold").get<std::string>())),
          .action = parsed(parse_action(json.at("action").get<std::string>())),
          .resume = parsed(parse_hold(json.at("resume").get<std::string>())),
          .synthetic = json.value("synthetic", false),
          .onwards = json.value("onwards", false)};
}

nlohmann::json ready_to_json(const Ready& ready) {
  nlohmann::json json = nlohmann::json::object();
  if (!ready.stdout_text.empty()) json["stdout"] = ready.stdout_text;
  if (!ready.path.empty()) json["path"] = ready.path;
  if (ready.at_end) json["end"] = true;
  if (ready.point) {
    json["point"] = to_string(*ready.point);
    json["nth"] = ready.nth;
  }
  return json;
}

Ready ready_from_json(const nlohmann::json& json) {
  Ready ready{.stdout_text = json.value("stdout", ""),
              .path = json.value("path", ""),
              .at_end = json.value("end", false)};
  if (json.contains("point")) {
    ready.point = parsed(parse_point(json.at("point").get<std::string>()));
    ready.nth = json.at("nth");
  }
  return ready;
}

nlohmann::json instance_to_json(const RoleInstance& role) {
  nlohmann::json descriptors = nlohmann::json::object();
  for (const auto& [number, end] : role.descriptors) descriptors[std::to_string(number)] = end;
  return {{"name", role.name},
          {"descriptors", std::move(descriptors)},
          {"command", role.command},
          {"environment", role.environment},
          {"ready", ready_to_json(role.ready)},
          {"probes", role.probes},
          {"from_zygote", role.from_zygote}};
}

RoleInstance instance_from_json(const nlohmann::json& json) {
  std::map<int, std::string> descriptors;
  if (const auto stored = json.find("descriptors"); stored != json.end()) {
    for (const auto& [number, end] : stored->items()) descriptors[std::stoi(number)] = end;
  }
  return {.name = json.at("name"),
          .command = json.at("command"),
          .environment = json.at("environment"),
          .ready = ready_from_json(json.at("ready")),
          .probes = json.at("probes"),
          .descriptors = std::move(descriptors),
          .from_zygote = json.value("from_zygote", false)};
}

nlohmann::json expectation_to_json(const Expectation& expectation) {
  nlohmann::json json = nlohmann::json::object();
  switch (expectation.outcome) {
    case Expectation::Outcome::pass:
      json["pass"] = true;
      break;
    case Expectation::Outcome::fail:
      json["fail"] = expectation.checker;
      break;
    case Expectation::Outcome::platform:
      json["platform"] = expectation.defect;
      break;
    case Expectation::Outcome::not_shown:
      json["not_shown"] = true;
      break;
  }
  if (!expectation.because.empty()) json["because"] = expectation.because;
  if (!expectation.mistake.empty()) json["class"] = expectation.mistake;
  return json;
}

Expectation expectation_from_json(const nlohmann::json& json) {
  Expectation expectation{.because = json.value("because", ""), .mistake = json.value("class", "")};
  if (json.contains("fail")) {
    expectation.outcome = Expectation::Outcome::fail;
    expectation.checker = json.at("fail");
  } else if (json.contains("platform")) {
    expectation.outcome = Expectation::Outcome::platform;
    expectation.defect = json.at("platform");
  } else if (json.contains("not_shown")) {
    expectation.outcome = Expectation::Outcome::not_shown;
  }
  return expectation;
}

}  // namespace

void to_json(nlohmann::json& json, const Case& value) {
  json = {{"id", value.id},
          {"scenario", value.scenario},
          {"mechanism", value.mechanism},
          {"target", value.target},
          {"variant", value.variant},
          {"mutant", value.mutant},
          {"seed", value.seed},
          {"repeat", value.repeat},
          {"directory", value.directory},
          {"expected", expectation_to_json(value.expected)},
          {"needs", value.needs},
          {"links", value.links},
          {"watches", value.watches},
          {"deadline_ms", value.deadline_ms},
          {"replay", value.replay}};
  if (!value.mode.empty()) json["mode"] = value.mode;
  if (!value.explored.empty()) json["explored"] = value.explored;
  if (value.schedule) json["schedule"] = to_string(*value.schedule);
  if (value.network) json["network"] = {value.network->first_port, value.network->last_port};
  for (const char* key : {"roles", "faults", "checkers"}) json[key] = nlohmann::json::array();
  for (const RoleInstance& role : value.roles) json["roles"].push_back(instance_to_json(role));
  for (const Fault& fault : value.faults) json["faults"].push_back(fault_to_json(fault));
  for (const CheckerUse& use : value.checkers) {
    json["checkers"].push_back({{"name", use.name}, {"options", use.options}});
  }
}

void from_json(const nlohmann::json& json, Case& value) {
  value = {.id = json.at("id"),
           .scenario = json.at("scenario"),
           .mechanism = json.at("mechanism"),
           .target = json.at("target"),
           .variant = json.at("variant"),
           .mutant = json.at("mutant"),
           .mode = json.value("mode", ""),
           .seed = json.at("seed"),
           .repeat = json.at("repeat"),
           .directory = json.at("directory"),
           .needs = json.value("needs", std::vector<std::string>()),
           .links = json.value("links", Links{}),
           .watches = json.value("watches", std::vector<std::string>()),
           .explored = json.value("explored", std::vector<std::string>()),
           .expected = expectation_from_json(json.at("expected")),
           .deadline_ms = json.at("deadline_ms"),
           .replay = json.value("replay", "")};
  if (const auto network = json.find("network"); network != json.end())
    value.network = PrivateNetwork{network->at(0), network->at(1)};
  if (const auto schedule = json.find("schedule"); schedule != json.end())
    value.schedule = parse_schedule(schedule->get<std::string>());
  for (const auto& role : json.at("roles")) value.roles.push_back(instance_from_json(role));
  for (const auto& fault : json.at("faults")) value.faults.push_back(fault_from_json(fault));
  for (const auto& use : json.at("checkers")) value.checkers.push_back({use.at("name"), use.at("options")});
}

void to_json(nlohmann::json& json, const Plan& value) {
  json = {{"seed", value.seed}, {"cases", value.cases}, {"notes", value.notes}};
  if (value.exploration.is_object()) json["exploration"] = value.exploration;
}

void from_json(const nlohmann::json& json, Plan& value) {
  json.at("seed").get_to(value.seed);
  json.at("cases").get_to(value.cases);
  json.at("notes").get_to(value.notes);
  value.exploration = json.value("exploration", nlohmann::json());
}

}  // namespace harness
