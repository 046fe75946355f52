#include <algorithm>

#include "cli/migrate/paragraph.hpp"
#include "cli/migrate/plan_report.hpp"

namespace restjwt::cli::migrate {
namespace {

std::string finding_lines(const std::vector<Finding>& findings) {
  std::string text;
  std::size_t width = 0;
  for (const auto& finding : findings) width = std::max(width, finding.subject.size());
  width = std::min<std::size_t>(width, 34);
  for (const auto& finding : findings) {
    const auto label =
        "  " + padded(name(finding.fate), 12) + padded(finding.subject, width) + "  ";
    text += paragraph(label, finding.text, 16 + width);
  }
  return text;
}

std::string names_of(const std::vector<std::string>& names, std::size_t count) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  if (count > names.size()) text += " and " + std::to_string(count - names.size()) + " more";
  return text;
}

std::string group_line(const char* label, const Group& group, const std::string& remark) {
  if (group.count == 0) return "";
  return paragraph("  " + padded(std::to_string(group.count), 8) + label,
                   ": " + names_of(group.names, group.count) + ". " + remark, 10);
}

std::string hash_line(const HashGroup& group) {
  const bool is_named = group.cost.starts_with(group.format);  // a bare md5 does not say it is one
  std::string text = group.self_test_passed ? "self-test passed" : "SELF-TEST FAILED: do not move";
  if (!group.django_reads)
    text +=
        "; not among the site's PASSWORD_HASHERS, so Django lets none of them in. restjwt would: "
        "make those passwords unusable first if that is not wanted";
  return paragraph("  " + padded(std::to_string(group.count), 8) +
                       padded(is_named ? group.cost : group.format, 34) + "  ",
                   text, 46);
}

std::string collision_lines(const Census& census) {
  if (census.collision_count == 0) return "";
  std::string text =
      paragraph("  " + padded(std::to_string(census.collision_count), 8),
                "groups of names that people take for one. Django and restjwt both tell them "
                "apart, letter for letter; nothing changes, but look whether two accounts belong "
                "to one person:",
                10);
  for (const auto& collision : census.collisions)
    text += paragraph("          ",
                      names_of(collision.names, collision.names.size()) +
                          (collision.kind == Collision::Kind::normalization
                               ? " (the same after Unicode's NFKC)"
                               : " (the same but for case or outer blanks)"),
                      12);
  return text;
}

std::string users_text(const PlanFacts& facts) {
  if (!facts.census) return "\nUsers\n" + paragraph("  NOT READ  ", facts.census_problem, 12);
  const Census& census = *facts.census;
  std::string text = "\nUsers: " + std::to_string(census.users) + " in table " +
                     padded(facts.site.user.table, 0) + "\n";
  for (const auto& group : census.hashes) text += hash_line(group);
  text += group_line("inactive", census.inactive, "They cannot log in, there and here.");
  text += group_line("without a usable password", census.unusable,
                     "They cannot log in with one, there and here.");
  text += group_line("with a password in no format of Django's", census.unreadable,
                     "They cannot log in here; Django refuses them or answers 500.");
  const bool stripped = facts.mapping.release.profile != auth::Profile::v1_0_1;
  text +=
      group_line("with blanks around the name", census.blank_edges,
                 stripped ? "The original cut the blanks off what was typed, so they could never "
                            "log in; here as well."
                          : "They log in with the blanks, as before.");
  return text + collision_lines(census);
}

std::string departures_text(const PlanFacts& facts) {
  std::string common, rare;
  for (const auto& departure : facts.departures)
    (departure.is_common ? common : rare) += paragraph("  - ", departure.sentence, 4);
  std::string text;
  if (!common.empty()) text += "\nWhat clients may notice\n" + common;
  if (!rare.empty()) text += "\nWhat only odd or hostile requests will meet\n" + rare;
  return text;
}

std::string steps_text(const std::vector<Step>& steps) {
  std::string text = "\nNext\n";
  std::size_t number = 0;
  for (const auto& step : steps) {
    text += paragraph("  " + std::to_string(++number) + ". ", step.what, 5);
    for (const auto& command : step.commands) text += "         " + padded(command, 0) + "\n";
  }
  return text;
}

std::string site_text(const PlanFacts& facts) {
  const auto& site = facts.site;
  const auto& release = facts.mapping.release;
  std::string text = "The site\n";
  text += paragraph("  ",
                    release.text() + " on Python " + site.python + ", Django " + site.django +
                        ", Django REST framework " + site.rest_framework,
                    2);
  text += "  answered with profile \"" + std::string(profile_name(release.profile)) + "\"\n";
  if (!release.is_known)
    text += paragraph("  ",
                      "The dump names no version of the package. Look whether the profile is "
                      "right: \"1.0.1\" up to 1.0, \"1.11.0\" for 1.1 to 1.11, \"drf-jwt\" from "
                      "1.12 on.",
                      2);
  std::string list;
  for (const auto& sentence : differences(release)) list += paragraph("  - ", sentence, 4);
  if (!list.empty()) text += "\nWhat this release did otherwise than its profile\n" + list;
  return text;
}

std::string result_text(const PlanFacts& facts) {
  const auto count = std::ranges::count(facts.mapping.settings, Fate::unmapped, &Finding::fate) +
                     std::ranges::count(facts.mapping.site, Fate::unmapped, &Finding::fate);
  if (facts.is_complete()) return "\nEverything is mapped.\n";
  if (facts.census && !facts.census->all_tests_passed())
    return "\nA SELF-TEST FAILED: this machine cannot check some of the passwords. Do not move.\n";
  if (count == 0) return "\nThe users could not be read; everything else is mapped.\n";
  return "\n" + std::to_string(count) +
         (count == 1 ? " thing is NOT MAPPED and wants a decision.\n"
                     : " things are NOT MAPPED and want a decision.\n");
}

}  // namespace

std::string plan_text(const PlanFacts& facts) {
  return site_text(facts) + "\nJWT_AUTH\n" + finding_lines(facts.mapping.settings) +
         "  All other settings stand at the same defaults, there and here.\n" +
         "\nLogins and endpoints\n" + finding_lines(facts.mapping.site) + users_text(facts) +
         departures_text(facts) + steps_text(facts.steps) + result_text(facts);
}

}  // namespace restjwt::cli::migrate
