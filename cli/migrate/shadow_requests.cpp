#include "cli/migrate/shadow_requests.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <restjwt/http/parsers.hpp>
#include <restjwt/jose/base64url.hpp>

#include "cli/command.hpp"
#include "cli/migrate/shadow_cookie.hpp"
#include "cli/migrate/shadow_placeholder.hpp"
#include "cli/migrate/shadow_token.hpp"

namespace restjwt::cli::migrate {
namespace {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

void expect(bool right, const char* what) {
  if (!right) throw WrongUsage(what);
}

const std::string& text_of(const Json& value, const char* what) {
  expect(value.is_string(), what);
  return value.as_string();
}

bool is_visible(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
}

std::string from_base64(std::string text) {
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  auto bytes = jose::base64url_decode(text);
  expect(bytes.has_value(), "body_b64: not base64");
  return *std::move(bytes);
}

void read_headers(const Json& list, http::Headers& headers) {
  constexpr const char* shape = "headers: expected a list of [name, value]";
  expect(list.is_array(), shape);
  for (const Json& pair : list.as_array()) {
    expect(pair.is_array() && pair.as_array().size() == 2, shape);
    const auto& name = text_of(pair.as_array()[0], shape);
    const auto& value = text_of(pair.as_array()[1], shape);
    expect(is_visible(name) && name.find(':') == name.npos, "headers: a name that cannot be sent");
    expect(value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos,
           "headers: a value that cannot be sent");
    headers.add(name, value);
  }
}

void read_uses(const Json& uses, const Environment& environment, std::size_t index,
               RecordedRequest& recorded) {
  expect(uses.is_object(), "uses: expected an object");
  for (const auto& [name, source] : uses.as_object()) {
    if (source.is_int()) {
      expect(source.as_int() >= 0 && source.as_int() < static_cast<std::int64_t>(index),
             "uses: a number has to be that of an earlier request, counted from 0");
      recorded.uses.emplace(name, static_cast<std::size_t>(source.as_int()));
    } else {
      const auto value = environment(text_of(source, "uses: expected a number or a name"));
      expect(value.has_value(), "uses: the environment variable is not set");
      recorded.uses.emplace(name, Secret(*value));
    }
  }
}

void read_member(const std::string& name, const Json& value, RecordedRequest& recorded) {
  auto& request = recorded.request;
  if (name == "method") {
    request.method = text_of(value, "method: expected a text");
    expect(is_visible(request.method), "method: cannot be sent");
  } else if (name == "path") {
    const auto& target = text_of(value, "path: expected a text");
    expect(target.starts_with('/') && is_visible(target), "path: cannot be sent");
    const auto question = std::min(target.find('?'), target.size());
    request.path = target.substr(0, question);
    request.query = target.substr(std::min(question + 1, target.size()));
  } else if (name == "headers") {
    read_headers(value, request.headers);
  } else if (name == "body_b64") {
    request.body = from_base64(text_of(value, "body_b64: expected a text"));
    recorded.as_it_is = true;
  } else if (name == "body" && value.is_string()) {
    request.body = value.as_string();
  } else if (name == "body") {
    recorded.json_body = value;
  } else {
    expect(name == "uses", "unknown member; known are method, path, headers, body, body_b64, uses");
  }
}

RecordedRequest read_request(std::string_view line, const Environment& environment,
                             std::size_t index) {
  const auto object = parse_json(line);
  expect(object && object->is_object(), "not a JSON object");
  RecordedRequest recorded;
  recorded.request.method = "GET";
  for (const auto& [name, value] : object->as_object()) read_member(name, value, recorded);
  expect(!recorded.request.path.empty(), "path: missing");
  if (const auto* uses = object->find("uses")) read_uses(*uses, environment, index, recorded);
  if (recorded.json_body && !recorded.request.headers.find("Content-Type"))
    recorded.request.headers.add("Content-Type", "application/json");
  return recorded;
}

/// The first token in it, depth first.
std::string token_in(const Json& value) {
  if (value.is_string()) return is_token(value.as_string()) ? value.as_string() : std::string();
  std::string token;
  if (value.is_array())
    for (const Json& item : value.as_array())
      if (token.empty()) token = token_in(item);
  if (value.is_object())
    for (const auto& [name, member] : value.as_object())
      if (token.empty()) token = token_in(member);
  return token;
}

}  // namespace

std::vector<RecordedRequest> read_requests(const std::filesystem::path& file,
                                           const Environment& environment) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Refused("cannot read " + file.string());
  std::vector<RecordedRequest> requests;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    try {
      requests.push_back(read_request(line, environment, requests.size()));
    } catch (const WrongUsage& wrong) {
      throw WrongUsage(file.string() + ':' + std::to_string(number) + ": " + wrong.what());
    }
  }
  if (requests.empty()) throw WrongUsage(file.string() + ": holds no request");
  return requests;
}

std::optional<http::Request> filled(const RecordedRequest& recorded,
                                    const std::vector<std::string>& tokens) {
  Placeholders values;
  for (const auto& [name, source] : recorded.uses) {
    const auto* index = std::get_if<std::size_t>(&source);
    if (index && tokens.at(*index).empty()) return std::nullopt;
    values[name] = index ? std::string_view(tokens[*index]) : std::get<Secret>(source).reveal();
  }
  http::Request request = recorded.request;
  request.headers.clear();
  for (std::size_t i = 0; i < recorded.request.headers.size(); ++i) {
    const auto [name, value] = recorded.request.headers[i];
    request.headers.add(name, replaced(value, values, as_it_is));
  }
  if (recorded.json_body) request.body = to_text(replaced(*recorded.json_body, values));
  else if (!recorded.as_it_is) {
    const auto type = request.headers.find("Content-Type").value_or("");
    const bool form = http::parse_media_type(type).type == "application/x-www-form-urlencoded";
    request.body = replaced(request.body, values, form ? inside_form : inside_json);
  }
  return request;
}

std::string issued_token(const http::Response& answer) {
  if (const auto body = parse_json(answer.body))
    if (auto token = token_in(*body); !token.empty()) return token;
  for (const auto& [name, cookie] : cookies_of(answer.headers))
    if (is_token(cookie.value)) return cookie.value;
  return {};
}

}  // namespace restjwt::cli::migrate
