#include "cli/migrate/plan_report.hpp"

namespace restjwt::cli::migrate {
namespace {

Json count(std::size_t number) { return static_cast<std::int64_t>(number); }
Json texts(const std::vector<std::string>& list) { return Json::Array(list.begin(), list.end()); }

std::string_view fate_of(const Finding& finding) {
  return finding.fate == Fate::unmapped ? "unmapped" : name(finding.fate);
}

Json to_json(const std::vector<Finding>& findings) {
  Json::Array list;
  for (const auto& finding : findings)
    list.push_back(Json::object(
        {{"name", finding.subject}, {"fate", fate_of(finding)}, {"text", finding.text}}));
  return list;
}

Json to_json(const Group& group) {
  return Json::object({{"count", count(group.count)}, {"names", texts(group.names)}});
}

Json to_json(const HashGroup& group) {
  return Json::object({{"format", group.format},
                       {"cost", group.cost},
                       {"count", count(group.count)},
                       {"self_test", group.self_test_passed ? "passed" : "failed"},
                       {"django_reads", group.django_reads}});
}

Json to_json(const Census& census) {
  Json::Array hashes, collisions;
  for (const auto& group : census.hashes) hashes.push_back(to_json(group));
  for (const auto& collision : census.collisions)
    collisions.push_back(Json::object(
        {{"kind", collision.kind == Collision::Kind::normalization ? "nfkc" : "case_or_blanks"},
         {"names", texts(collision.names)}}));
  return Json::object({{"count", count(census.users)},
                       {"hashes", std::move(hashes)},
                       {"inactive", to_json(census.inactive)},
                       {"unusable", to_json(census.unusable)},
                       {"unreadable", to_json(census.unreadable)},
                       {"blank_edges", to_json(census.blank_edges)},
                       {"collision_count", count(census.collision_count)},
                       {"collisions", std::move(collisions)}});
}

Json row_of(const Departure& departure) {
  if (departure.row == 0) return {};
  return static_cast<int>(departure.row);
}

Json to_json(const std::vector<Departure>& departures) {
  Json::Array list;
  for (const auto& departure : departures)
    list.push_back(Json::object({{"row", row_of(departure)},
                                 {"common", departure.is_common},
                                 {"text", departure.sentence}}));
  return list;
}

Json to_json(const std::vector<Step>& steps) {
  Json::Array list;
  for (const auto& step : steps)
    list.push_back(Json::object({{"text", step.what}, {"commands", texts(step.commands)}}));
  return list;
}

Json users_of(const PlanFacts& facts) {
  if (!facts.census) return {};
  return to_json(*facts.census);
}

}  // namespace

Json plan_json(const PlanFacts& facts) {
  const auto& release = facts.mapping.release;
  return Json::object({{"release", release.text()},
                       {"profile", profile_name(release.profile)},
                       {"python", facts.site.python},
                       {"django", facts.site.django},
                       {"rest_framework", facts.site.rest_framework},
                       {"differences", texts(differences(release))},
                       {"settings", to_json(facts.mapping.settings)},
                       {"site", to_json(facts.mapping.site)},
                       {"users", users_of(facts)},
                       {"users_problem", facts.census_problem},
                       {"departures", to_json(facts.departures)},
                       {"steps", to_json(facts.steps)},
                       {"complete", facts.is_complete()}});
}

}  // namespace restjwt::cli::migrate
