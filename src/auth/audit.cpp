#include <restjwt/auth/audit.hpp>

namespace restjwt::auth {

AuditEvent found_restored(TimePoint now) {
  return {.name = "everyone_ended", .at = now, .reason = "the database was restored from a backup"};
}

Json to_json(const AuditEvent& event) {
  Json line = Json::object({{"at", rfc3339(event.at)}, {"event", std::string(event.name)}});
  const auto add = [&](const char* member, const std::string& text) {
    if (!text.empty()) line.set(member, text);
  };
  add("user", event.user);
  add("by", event.by);
  if (event.session) line.set("session", event.session->text());
  add("address", event.client.address);
  add("user_agent", event.client.user_agent);
  add("first_address", event.first_client.address);
  add("first_user_agent", event.first_client.user_agent);
  add("reason", event.reason);
  return line;
}

}  // namespace restjwt::auth
