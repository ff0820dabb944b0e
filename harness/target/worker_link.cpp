#include "target/target.h"

namespace harness {

std::string WorkerLink::cannot_run(const Case& plan) const {
  for (const std::string& need : plan.needs) {
    if (const auto lack = lacks_.find(need); lack != lacks_.end()) return lack->second;
  }
  return "";
}

bool WorkerLink::on_message(const nlohmann::json& message) {
  if (const auto hello = message.find("hello"); hello != message.end()) {
    litmus_ = hello->value("litmus", nlohmann::json::array());
    lacks_.merge(hello->value("lacks", std::map<std::string, std::string>()));
  }
  return false;
}

}  // namespace harness
