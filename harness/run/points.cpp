#include "run/points.h"

#include <algorithm>

#include "base/suggest.h"
#include "os/syscalls.h"
#include "run/fiu_preload.h"

namespace harness {
namespace {

bool preloads_probes(const RoleInstance& role) { return role.environment.count("LD_PRELOAD") != 0; }

Status check_probe(Case& made, RoleInstance& role, const InjectionPoint& point, const PointGround& ground) {
  if (std::count(role.probes.begin(), role.probes.end(), point.name) != 0) return done();
  if (is_posix_point(point))
    return preload_posix(role, point, ground.directory, ground.probe_library, ground.architecture);
  if (preloads_probes(role)) {
    role.probes.push_back(point.name);
    return done();
  }
  if (role.probes.empty()) {
    return usage_error(
        "role " + role.name + ": " + role.command.front() + " has no probes, so probe:" + point.name +
        " cannot be reached; use --at syscall:NAME/enter, or add probes (scenarios/OWN-PROGRAM.md)");
  }
  return usage_error("variant " + made.variant + ", role " + role.name + ": " +
                     not_found("probe", point.name, role.probes));
}

Status check_point(Case& made, const std::string& role_name, const InjectionPoint& point,
                   const PointGround& ground) {
  if (point.kind == InjectionPoint::Kind::instruction) {
    TRY(check_point(made, role_name, {.name = point.name}, ground));
    return check_point(made, role_name, {.name = point.last}, ground);
  }
  if (point.kind == InjectionPoint::Kind::ending) return done();
  if (point.kind != InjectionPoint::Kind::probe) {
    if (auto number = syscall_number(point.name, ground.architecture); !number) return number.error();
    return done();
  }
  for (RoleInstance& role : made.roles) {
    if (names_instance(role_name, role.name)) TRY(check_probe(made, role, point, ground));
  }
  return done();
}

}  // namespace

Status check_points(Case& made, const PointGround& ground) {
  for (const Fault& fault : made.faults) {
    TRY(check_point(made, fault.victim, fault.at, ground));
    for (const Hold& hold : {fault.hold, fault.resume}) {
      if (hold.until == Hold::Until::arrival)
        TRY(check_point(made, hold.arrival.role, hold.arrival.point, ground));
    }
  }
  for (const RoleInstance& role : std::vector<RoleInstance>(made.roles)) {
    if (role.ready.point) TRY(check_point(made, role.name, *role.ready.point, ground));
  }
  return done();
}

}  // namespace harness
