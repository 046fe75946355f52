#include "cli/migrate/shadow_difference.hpp"

#include <algorithm>
#include <set>

#include <restjwt/http/parsers.hpp>

#include "cli/migrate/shadow_cookie.hpp"
#include "cli/migrate/shadow_discretion.hpp"
#include "cli/migrate/shadow_token.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr std::string_view none = "none";

/// The rest of these texts is the JSON library's own wording.
constexpr std::string_view json_error = "JSON parse error - ";

std::string media_type(const http::Response& response) {
  return http::parse_media_type(response.headers.find("Content-Type").value_or("")).type;
}

/// "POST, OPTIONS" as a set: order and case do not count.
std::set<std::string> listed(std::string_view text) {
  std::set<std::string> items;
  std::string item;
  for (const char c : std::string(text) + ',') {
    if (c == ',') items.insert(std::exchange(item, {}));
    else if (c != ' ' && c != '\t')
      item += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return items;
}

std::string without_query(std::string_view location) {
  return std::string(location.substr(0, location.find('?')));
}

bool ends_behind_an_endpoint(std::string_view path) {
  for (const std::string_view endpoint :
       {"/api-token-auth/", "/api-token-refresh/", "/api-token-verify/"})
    if (path.starts_with(endpoint) && path.size() > endpoint.size()) return true;
  return false;
}

class Comparison {
 public:
  explicit Comparison(const Exchange& exchange)
      : exchange_(exchange),
        old_(exchange.old->response),
        ours_(exchange.ours->response),
        discretion_(exchange.request) {}

  std::vector<Difference> run() && {
    if (old_.status != ours_.status) {
      const int row = row_of_status();
      tell("status", std::to_string(old_.status), std::to_string(ours_.status), row);
      if (row != 0) return std::move(found_);  // its body and headers follow from it
    }
    if (media_type(old_) == "text/html" && !old_.body.empty()) {
      tell("page", "HTML there", "JSON here", old_.status >= 400 ? 38 : 0);
      return std::move(found_);
    }
    headers();
    cookies();
    body();
    return std::move(found_);
  }

 private:
  void tell(std::string what, std::string_view old, std::string_view ours, int row = 0) {
    found_.push_back({std::move(what), std::string(old), std::string(ours), row});
  }

  int row_of_status() const {
    const auto& path = exchange_.request.path;
    const bool token_door =
        path.find("-verify/") != path.npos || path.find("-refresh/") != path.npos;
    if (old_.status == 500 && ours_.status >= 400 && ours_.status < 500) return token_door ? 2 : 3;
    if (ours_.status == 404 && ends_behind_an_endpoint(path)) return 31;
    if (ours_.status == 403 && ours_.body.find("CSRF Failed: ") != ours_.body.npos) return 20;
    if (ours_.status == 413 || ours_.status == 431) return 38;
    if (has_padded_password()) return 15;
    return 0;
  }

  /// White space at its ends, which was cut off and is not any more.
  bool has_padded_password() const {
    const auto& request = exchange_.request;
    const auto type = request.headers.find("Content-Type").value_or("");
    const auto fields = http::parse_body(type, request.body);
    const Json* password = fields && fields->is_object() ? fields->find("password") : nullptr;
    if (!password || !password->is_string() || password->as_string().empty()) return false;
    constexpr std::string_view blanks = " \t\r\n";
    const auto& text = password->as_string();
    return blanks.find(text.front()) != blanks.npos || blanks.find(text.back()) != blanks.npos;
  }

  std::string header(const http::Response& response, std::string_view name) const {
    const auto value = response.headers.joined(name);
    return value ? discretion_.plain(*value) : std::string(none);
  }

  void headers() {
    if (!(old_.body.empty() && ours_.body.empty()) && media_type(old_) != media_type(ours_))
      tell("Content-Type", header(old_, "Content-Type"), header(ours_, "Content-Type"));
    for (const auto* name : {"Allow", "Vary"})
      if (listed(old_.headers.joined(name).value_or("")) !=
          listed(ours_.headers.joined(name).value_or("")))
        tell(name, header(old_, name), header(ours_, name));
    for (const auto* name : {"WWW-Authenticate", "Location", "Access-Control-Allow-Origin"})
      if (old_.headers.joined(name) != ours_.headers.joined(name))
        tell(name, without_query(header(old_, name)), without_query(header(ours_, name)));
  }

  void cookies() {
    const auto there = cookies_of(old_.headers);
    const auto here = cookies_of(ours_.headers);
    for (const auto& [name, cookie] : there) {
      const auto same = here.find(name);
      const auto where = "cookie " + discretion_.plain(name);
      if (same == here.end()) tell(where, "set", none);
      else compare_cookies(where, cookie, same->second);
    }
    for (const auto& [name, cookie] : here)
      if (!there.contains(name))
        tell("cookie " + discretion_.plain(name), none, "set", name == "csrftoken" ? 20 : 0);
  }

  void compare_cookies(const std::string& where, const Cookie& old, const Cookie& ours) {
    for (const auto& [name, value] : old.attributes) {
      const auto same = ours.attributes.find(name);
      if (same == ours.attributes.end() || same->second != value)
        tell(where + ' ' + discretion_.plain(name), attribute(old, name), attribute(ours, name));
    }
    // Only the fork sets these, and where it was told to leave one out, the other is there.
    const bool can_secure =
        old.attributes.contains("secure") || old.attributes.contains("samesite");
    for (const auto& [name, value] : ours.attributes)
      if (!old.attributes.contains(name))
        tell(where + ' ' + discretion_.plain(name), none, attribute(ours, name),
             !can_secure && (name == "secure" || name == "samesite") ? 20 : 0);
    // Any other value is a session or a nonce, which never is the same twice.
    if (is_token(old.value) || is_token(ours.value)) tokens(where, old.value, ours.value);
    else if (old.value.empty() != ours.value.empty())
      tell(where, old.value.empty() ? "empty" : "text", ours.value.empty() ? "empty" : "text");
  }

  std::string attribute(const Cookie& cookie, const std::string& name) const {
    const auto found = cookie.attributes.find(name);
    if (found == cookie.attributes.end()) return std::string(none);
    return found->second.empty() ? "set" : discretion_.plain(found->second);
  }

  void body() {
    const JsonLimits lenient{.last_duplicate_wins = true};
    const auto old = parse_json(old_.body, lenient);
    const auto ours = parse_json(ours_.body, lenient);
    if (old && ours) return values("body", *old, *ours);
    if (old_.body == ours_.body) return;
    tell("body", kind_of_body(old_, old.has_value()), kind_of_body(ours_, ours.has_value()));
  }

  static std::string_view kind_of_body(const http::Response& response, bool is_json) {
    return response.body.empty() ? "empty" : is_json ? "JSON" : "not JSON";
  }

  void values(const std::string& where, const Json& old, const Json& ours) {
    if (old.is_object() && ours.is_object()) return objects(where, old, ours);
    if (old.is_string() && ours.is_string()) return texts(where, old, ours);
    if (old.is_array() && ours.is_array() && old.as_array().size() == ours.as_array().size()) {
      for (std::size_t i = 0; i < old.as_array().size(); ++i)
        values(where + '[' + std::to_string(i) + ']', old.as_array()[i], ours.as_array()[i]);
    } else if (old != ours) {
      different(where, old, ours);
    }
  }

  void objects(const std::string& where, const Json& old, const Json& ours) {
    for (const auto& [name, value] : old.as_object()) {
      const auto member = where + ' ' + discretion_.plain(name);
      const Json* other = ours.find(name);
      // drf-jwt tells the token's iat beside it, and as a claim it is compared with some patience.
      if (other && is_issued_at(old, value) && is_issued_at(ours, *other)) continue;
      if (other) values(member, value, *other);
      else tell(member, described(member, value, old_), none);
    }
    for (const auto& [name, value] : ours.as_object()) {
      const auto member = where + ' ' + discretion_.plain(name);
      if (!old.find(name)) tell(member, none, described(member, value, ours_));
    }
  }

  void texts(const std::string& where, const Json& old, const Json& ours) {
    const auto& there = old.as_string();
    const auto& here = ours.as_string();
    if (is_token(there) || is_token(here)) return tokens(where, there, here);
    const bool wording = there.starts_with(json_error) && here.starts_with(json_error);
    if (there != here && !wording) different(where, old, ours);
  }

  void different(const std::string& where, const Json& old, const Json& ours) {
    const auto there = described(where, old, old_);
    const auto here = described(where, ours, ours_);
    tell(where, there, there == here ? "another " + here : here);
  }

  /// Its type; the sentences of an error answer, which are `detail` and the items of lists, in
  /// their own words.
  std::string described(const std::string& where, const Json& value,
                        const http::Response& answer) const {
    const bool error = answer.status >= 400;
    if (error && value.is_array() && value.as_array().size() == 1)
      return '[' + described(where + "[0]", value.as_array().front(), answer) + ']';
    if (error && value.is_string() && (where == "body detail" || where.ends_with(']')))
      return discretion_.quoted(value.as_string());
    return std::string(type_name(value));
  }

  void tokens(const std::string& where, const std::string& old, const std::string& ours) {
    const bool old_is_echo = was_sent(old), ours_is_echo = was_sent(ours);
    if (old_is_echo && ours_is_echo) return;
    auto found = token_differences(where, old, ours, exchange_.lag, discretion_);
    // Without an id of its own a token made again within the second is the same text.
    const bool all_known = std::ranges::all_of(found, [](const auto& one) { return one.row != 0; });
    const bool again = all_known && !has_token_id(old);
    if (old_is_echo != ours_is_echo && !again)
      return tell(where, old_is_echo ? "the token sent" : "another token",
                  ours_is_echo ? "the token sent" : "another token");
    std::move(found.begin(), found.end(), std::back_inserter(found_));
  }

  bool was_sent(const std::string& token) const {
    const auto& request = exchange_.request;
    if (token.empty()) return false;
    for (std::size_t i = 0; i < request.headers.size(); ++i)
      if (request.headers[i].value.find(token) != std::string_view::npos) return true;
    return request.body.find(token) != std::string::npos ||
           request.query.find(token) != std::string::npos;
  }

  const Exchange& exchange_;
  const http::Response& old_;
  const http::Response& ours_;
  Discretion discretion_;
  std::vector<Difference> found_;
};

std::string told(const Reply& reply) {
  return reply ? "status " + std::to_string(reply->response.status) : reply.error();
}

}  // namespace

std::vector<Difference> differences(const Exchange& exchange) {
  if (!exchange.old || !exchange.ours) return {{"answer", told(exchange.old), told(exchange.ours)}};
  return Comparison(exchange).run();
}

}  // namespace restjwt::cli::migrate
