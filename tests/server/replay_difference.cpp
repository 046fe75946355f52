#include "server/replay_difference.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

#include <restjwt/jose/unverified.hpp>

#include "server/replay_pairs.hpp"
#include "server/replay_settings.hpp"

namespace restjwt::test {
namespace {

using Differences = std::vector<std::string>;

constexpr int last_row = 39;  // of BEHAVIOUR.md §9

void expect(Differences& found, std::string_view what, const std::string& recorded,
            const std::string& ours) {
  if (recorded != ours)
    found.push_back(std::string(what) + ": recorded " + recorded + ", ours " + ours);
}

std::string shown(const std::optional<std::string>& value) { return value.value_or("(none)"); }

// What a client acts on must not appear where it was not recorded; other headers are ours to add.
void compare_headers(const http::Headers& recorded, const http::Headers& ours, Differences& found) {
  for (std::size_t i = 0; i < recorded.size(); ++i)
    if (!http::same_name(recorded[i].name, "Set-Cookie"))
      expect(found, recorded[i].name, std::string(recorded[i].value),
             shown(ours.joined(recorded[i].name)));
  for (const auto* name : {"Allow", "WWW-Authenticate", "Set-Cookie"})
    if (!recorded.find(name) && ours.find(name))
      found.push_back(std::string(name) + ": not recorded, ours " + shown(ours.joined(name)));
}

/// "name=value; attribute; …" in its parts.
struct CookieParts {
  std::string name, value, attributes;
};

CookieParts parts_of(std::string_view cookie) {
  const auto equals = cookie.find('=');
  const auto end = std::min(cookie.find("; "), cookie.size());
  return {std::string(cookie.substr(0, equals)),
          std::string(cookie.substr(equals + 1, end - equals - 1)),
          std::string(cookie.substr(end))};
}

/// The attributes without the second that two clocks may differ by.
std::string without_expires(std::string attributes) {
  const auto begin = attributes.find("; expires=");
  if (begin == attributes.npos) return attributes;
  return attributes.erase(begin, attributes.find(';', begin + 1) - begin);
}

/// The rest of "JSON parse error - …" is the parser's own wording.
Json without_wording(Json body) {
  constexpr std::string_view fixed = "JSON parse error - ";
  const Json* detail = body.find("detail");
  if (detail && detail->is_string() && detail->as_string().starts_with(fixed))
    body.set("detail", fixed);
  return body;
}

std::int64_t fraction_us(std::chrono::microseconds time) { return (time % 1'000'000).count(); }

/// Takes over the recorded time where a second's boundary explains the difference.
void forgive_boundary(Json& ours, const Json& recorded, std::string_view claim, std::int64_t at_us,
                      std::int64_t added_us) {
  const Json* a = recorded.find(claim);
  const Json* b = ours.find(claim);
  if (a && b && a->is_int() && b->is_int() && a->as_int() == b->as_int() + 1 &&
      crosses_a_second(at_us, added_us))
    ours.set(claim, *a);
}

bool is_uuid4(const Json& value) {
  static const std::regex form("[0-9a-f]{8}(-[0-9a-f]{4}){4}[0-9a-f]{8}");
  return value.is_string() && std::regex_match(value.as_string(), form) &&
         value.as_string()[14] == '4';
}

/// Takes over the recorded jti where ours is a fresh UUID too, and the recorded orig_jti where ours
/// is an id of the token that was sent.
void forgive_ids(Json& ours, const Json& recorded, std::string_view sent) {
  const Json* jti = ours.find("jti");
  if (jti && recorded.find("jti") && is_uuid4(*jti)) ours.set("jti", *recorded.find("jti"));

  const Json* orig = ours.find("orig_jti");
  const auto body = parse_json(sent.substr(std::min(sent.find("\r\n\r\n") + 4, sent.size())));
  const Json* token = body ? body->find("token") : nullptr;
  if (!orig || !recorded.find("orig_jti") || !token || !token->is_string()) return;
  const auto seen = jose::peek(token->as_string());
  if (!seen) return;
  for (const auto* name : {"orig_jti", "jti"})
    if (const Json* id = seen->claims.find(name)) {
      if (*id == *orig) ours.set("orig_jti", *recorded.find("orig_jti"));
      return;
    }
}

void compare_claims(const Exchange& recorded, const Exchange::Issued& issued, Json claims,
                    std::string_view sent, Differences& found) {
  if (recorded.pairs) {
    take_over_pair_claims(claims, issued, recorded, sent, found);
  } else {
    const auto delta = recorded_settings(recorded.profile, recorded.settings).expiration_delta;
    forgive_boundary(claims, issued.payload, "exp", recorded.at_us, fraction_us(delta));
    forgive_boundary(claims, issued.payload, "iat", recorded.at_us, 0);
    forgive_boundary(claims, issued.payload, "orig_iat", recorded.at_us, 0);
    forgive_ids(claims, issued.payload, sent);
  }
  if (claims != issued.payload)
    expect(found, "token claims", to_text(issued.payload), to_text(claims));
}

void compare_token(const Exchange& recorded, const Exchange::Issued& issued,
                   const std::string& token, std::string_view sent, Differences& found) {
  const auto seen = jose::peek(token);
  if (!seen) return found.push_back("token: " + seen.error().message());
  if (issued.echo && sent.find(token) == sent.npos)
    found.push_back("token: recorded the one that was sent, ours another");

  if (seen->header != issued.header)
    expect(found, "token header", to_text(issued.header), to_text(seen->header));
  compare_claims(recorded, issued, seen->claims, sent, found);
}

void compare_body(const Exchange& recorded, const std::string& text, std::string_view sent,
                  Differences& found) {
  auto expected = parse_json(recorded.response.body);
  auto body = parse_json(text);
  if (!expected || !body) return expect(found, "body", recorded.response.body, text);
  forgive_boundary(*body, *expected, "pk", recorded.at_us, 0);
  for (const auto& issued : recorded.issued) {
    if (issued.pointer.empty()) continue;
    const Json* token = body->find(issued.pointer);
    if (!token || !token->is_string()) return expect(found, "body", recorded.response.body, text);
    compare_token(recorded, issued, token->as_string(), sent, found);
    body->set(issued.pointer, *expected->find(issued.pointer));
  }
  if (without_wording(*expected) != without_wording(*body))
    expect(found, "body", recorded.response.body, text);
}

void compare_cookie(const Exchange& recorded, const http::Headers& ours, std::string_view sent,
                    Differences& found) {
  const auto wanted = recorded.response.headers.find("Set-Cookie");
  if (!wanted) return;
  const auto cookie = ours.find("Set-Cookie");
  if (!cookie)
    return found.push_back("Set-Cookie: recorded " + std::string(*wanted) + ", ours none");
  const auto theirs = parts_of(*wanted);
  const auto mine = parts_of(*cookie);
  expect(found, "cookie", theirs.name, mine.name);
  expect(found, "attributes of the cookie", without_expires(theirs.attributes),
         without_expires(mine.attributes));
  for (const auto& issued : recorded.issued)
    if (issued.cookie == theirs.name) compare_token(recorded, issued, mine.value, sent, found);
}

}  // namespace

bool crosses_a_second(std::int64_t at_us, std::int64_t added_us) {
  constexpr std::int64_t answered_within_us = 100'000;
  return at_us + added_us + answered_within_us >= 1'000'000;
}

std::vector<std::string> differences(const Exchange& recorded, const http::Response& ours,
                                     std::string_view sent) {
  Differences found;
  expect(found, "status", std::to_string(recorded.response.status), std::to_string(ours.status));
  compare_headers(recorded.response.headers, ours.headers, found);
  compare_cookie(recorded, ours.headers, sent, found);
  compare_body(recorded, ours.body, sent, found);
  return found;
}

bool Departure::matches(std::string_view id) const {
  return ::fnmatch(pattern.c_str(), std::string(id).c_str(), FNM_NOESCAPE) == 0;
}

std::vector<std::string> Departure::differences(const http::Response& ours) const {
  Differences found;
  expect(found, "status", std::to_string(status), std::to_string(ours.status));
  for (std::size_t i = 0; i < headers.size(); ++i)
    expect(found, headers[i].name, std::string(headers[i].value),
           shown(ours.headers.joined(headers[i].name)));
  if (!cookie.empty())
    expect(found, "attributes of the cookie", cookie,
           without_expires(parts_of(ours.headers.find("Set-Cookie").value_or("")).attributes));
  const auto parsed = parse_json(ours.body);
  if (!body.is_null() && (!parsed || without_wording(*parsed) != body))
    expect(found, "body", to_text(body), ours.body);
  return found;
}

std::vector<Departure> read_departures(const std::filesystem::path& file) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto list = parse_json(text);
  if (!list) throw std::runtime_error("cannot read " + file.string());
  std::vector<Departure> departures;
  for (const Json& line : list->as_array()) {
    auto& departure = departures.emplace_back();
    departure.pattern = line.find("id")->as_string();
    if (const Json* row = line.find("row")) departure.row = static_cast<int>(row->as_int());
    if (const Json* rule = line.find("rule")) departure.rule = rule->as_string();
    if (const Json* cookie = line.find("cookie")) departure.cookie = cookie->as_string();
    if (departure.rule.empty() && (departure.row < 1 || departure.row > last_row))
      throw std::runtime_error("no row of BEHAVIOUR.md allows " + departure.pattern);
    departure.status = static_cast<int>(line.find("status")->as_int());
    if (const Json* body = line.find("body")) departure.body = *body;
    if (const Json* headers = line.find("headers"))
      for (const auto& [name, value] : headers->as_object())
        departure.headers.add(name, value.as_string());
  }
  return departures;
}

}  // namespace restjwt::test
