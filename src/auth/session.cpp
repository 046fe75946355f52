#include <restjwt/auth/session.hpp>

namespace restjwt::auth {
namespace {

Json told(const std::optional<TimePoint>& instant) {
  return instant ? Json(rfc3339(*instant)) : Json();
}

}  // namespace

Json to_json(const Session& session) {
  return Json::object({{"id", session.id.text()},
                       {"created", rfc3339(session.created)},
                       {"last_seen", rfc3339(session.last_seen)},
                       {"idle_limit", told(session.idle_limit)},
                       {"absolute_limit", told(session.absolute_limit)},
                       {"address", session.client.address},
                       {"user_agent", session.client.user_agent}});
}

}  // namespace restjwt::auth
