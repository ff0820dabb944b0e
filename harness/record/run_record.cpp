#include "record/run_record.h"

namespace harness {

void to_json(nlohmann::json& json, const HostInfo& host) {
  json = {{"kernel", host.kernel}, {"arch", host.arch}, {"cpus", host.cpus}, {"emulated", host.emulated}};
}

void from_json(const nlohmann::json& json, HostInfo& host) {
  json.at("kernel").get_to(host.kernel);
  json.at("arch").get_to(host.arch);
  json.at("cpus").get_to(host.cpus);
  json.at("emulated").get_to(host.emulated);
}

void to_json(nlohmann::json& json, const TargetInfo& target) {
  json = {{"id", target.id},
          {"shows", target.shows},
          {"cannot_show", target.cannot_show},
          {"lost", target.lost},
          {"facts", target.facts}};
}

void from_json(const nlohmann::json& json, TargetInfo& target) {
  json.at("id").get_to(target.id);
  json.at("shows").get_to(target.shows);
  json.at("cannot_show").get_to(target.cannot_show);
  json.at("lost").get_to(target.lost);
  target.facts = json.value("facts", nlohmann::json::object());
}

void to_json(nlohmann::json& json, const RunInfo& info) {
  json = {{"id", info.id},           {"started_at", info.started_at},
          {"version", info.version}, {"commit", info.commit},
          {"host", info.host},       {"command_line", info.command_line},
          {"targets", info.targets}};
  if (info.shard) json["shard"] = *info.shard;
  if (!info.flaky.empty()) json["flaky"] = info.flaky;
}

void from_json(const nlohmann::json& json, RunInfo& info) {
  json.at("id").get_to(info.id);
  json.at("started_at").get_to(info.started_at);
  json.at("version").get_to(info.version);
  json.at("commit").get_to(info.commit);
  json.at("host").get_to(info.host);
  json.at("command_line").get_to(info.command_line);
  json.at("targets").get_to(info.targets);
  if (const auto shard = json.find("shard"); shard != json.end()) info.shard = shard->get<Shard>();
  info.flaky = json.value("flaky", std::vector<std::string>());
}

}  // namespace harness
