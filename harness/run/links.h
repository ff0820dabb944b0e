// Links of a case: what connects its roles, as the kernel knows it. It answers which descriptors of a process
// an object (core/fault.h) names, and who else holds the other end of one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/scenario.h"
#include "os/descriptors.h"

namespace harness {

// A process of the case and the instance that it belongs to.
struct CaseProcess {
  pid_t pid = 0;
  std::string instance;
};

// Words that name all descriptors of a kind: of these the number depends on what other threads open.
const std::vector<std::string>& descriptor_kinds();

// The one of them that names this descriptor; "" where none does.
std::string kind_word(const OpenDescriptor& descriptor);

// The words for descriptors that a scenario with these links understands, beside numbers.
std::vector<std::string> known_objects(const Scenario& scenario, const Links& links);

class CaseLinks {
 public:
  // An end of a link that the case declares: "data.write", by a descriptor of ours.
  void declare(const std::string& end, int descriptor);

  // Processes that have been there, since a Unix socket names the one at its other end also after its death.
  void remember(pid_t pid, const std::string& instance) { instances_[pid] = instance; }

  // Whether the object names this descriptor of the victim. What has once connected two roles does so for
  // good.
  bool is_named(const std::string& object, const OpenDescriptor& descriptor, const CaseProcess& victim,
                const std::vector<CaseProcess>& all);

  // All descriptors of the victim that it names.
  std::vector<OpenDescriptor> named(const std::string& object, const CaseProcess& victim,
                                    const std::vector<CaseProcess>& all);

  // The processes that have the other end of it open now.
  std::vector<CaseProcess> holders_of_other_end(const OpenDescriptor& descriptor, const CaseProcess& of,
                                                const std::vector<CaseProcess>& all) const;

  // The declared link that the descriptor is an end of; "" when there is none.
  std::string name_of(const OpenDescriptor& descriptor) const;

  // As are_two_ends (os/descriptors.h), and for the pairs of sockets that the case declares.
  bool is_other_end(const OpenDescriptor& a, pid_t process_a, const OpenDescriptor& b, pid_t process_b) const;

 private:
  using Identity = std::pair<uint64_t, uint64_t>;

  bool is_declared(const std::string& link, const OpenDescriptor& descriptor) const;
  void learn(const OpenDescriptor& descriptor, const CaseProcess& victim,
             const std::vector<CaseProcess>& all);
  std::map<std::string, std::pair<Identity, bool>> declared_;  // by end; whether it writes, of a pipe's
  std::map<Identity, std::set<std::string>> partners_;         // the instances seen at the other end
  std::map<pid_t, std::string> instances_;
};

}  // namespace harness
