#include "target/target.h"

namespace harness {

std::string lack_of(const Case& plan, const std::map<std::string, std::string>& lacks) {
  for (const std::string& need : plan.needs) {
    if (const auto lack = lacks.find(need); lack != lacks.end()) return lack->second;
  }
  return "";
}

std::string WorkerLink::cannot_run(const Case& plan) const { return lack_of(plan, lacks_); }

bool WorkerLink::on_message(const nlohmann::json& message) {
  if (const auto hello = message.find("hello"); hello != message.end()) {
    litmus_ = hello->value("litmus", nlohmann::json::array());
    lacks_.merge(hello->value("lacks", std::map<std::string, std::string>()));
  }
  return false;
}

}  // namespace harness
