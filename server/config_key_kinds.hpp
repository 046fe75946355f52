#pragma once
// The kinds of rows in the table of settings. Each makes a row around one field; `field` finds it
// in a Config.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/config_keys.hpp"
#include "server/config_nearest.hpp"
#include "server/config_values.hpp"

namespace restjwt::server {

using Refusal = std::optional<std::string>;

inline std::string in_quotes(std::string_view text) { return to_text(Json(text)); }

/// "true" or "false" where the environment says so in any of the usual spellings; else empty.
inline std::string_view lowered_flag(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return "true";
  if (text == "false" || text == "False" || text == "FALSE") return "false";
  return {};
}

template <class Field>
auto shows(Field field, auto to_shown) {
  return [=](const Config& config) -> std::string { return to_shown(field(config)); };
}

template <class Field>
ConfigKey flag(std::string_view table, std::string_view name, Field field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            const auto word = given.is_text ? lowered_flag(given.value.as_string()) : "";
            if (!given.value.is_bool() && word.empty()) return "expected true or false";
            field(config) = given.value.is_bool() ? given.value.as_bool() : word == "true";
            return {};
          },
          shows(field, [](bool value) { return value ? "true" : "false"; })};
}

/// A reader from config_values.hpp in front of a field.
template <class Field, class Reader>
ConfigKey read_with(std::string_view table, std::string_view name, Field field, Reader reader,
                    auto to_shown) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            auto read = reader(given.value);
            if (!read) return read.error();
            using Value = std::remove_reference_t<decltype(field(config))>;
            if constexpr (requires { typename Value::period; })
              field(config) = std::chrono::duration_cast<Value>(*read);
            else field(config) = static_cast<Value>(*read);
            return {};
          },
          shows(field, to_shown)};
}

template <class Field>
ConfigKey duration(std::string_view table, std::string_view name, Field field) {
  return read_with(table, name, field, read_duration,
                   [](auto value) { return in_quotes(duration_text(value)); });
}

template <class Field>
ConfigKey timeout(std::string_view name, Field field) {
  auto reader = [](const Json& value) -> Read<std::chrono::microseconds> {
    auto read = read_duration(value);
    if (read && (*read < std::chrono::milliseconds{1} || *read > std::chrono::hours{24}))
      return std::string("expected from 1ms to 1d");
    return read;
  };
  return read_with("limits", name, field, reader,
                   [](auto value) { return in_quotes(duration_text(value)); });
}

/// Whole seconds: instants have no fractions.
template <class Field>
ConfigKey whole_seconds(std::string_view table, std::string_view name, Field field,
                        std::chrono::seconds least) {
  const auto reader = [=](const Json& value) -> Read<std::chrono::microseconds> {
    auto read = read_duration(value);
    if (read && (*read < least || *read > std::chrono::days{366} ||
                 *read != std::chrono::floor<std::chrono::seconds>(*read)))
      return "expected whole seconds from " + duration_text(least) + " to 366d";
    return read;
  };
  return read_with(table, name, field, reader,
                   [](auto value) { return in_quotes(duration_text(value)); });
}

template <class Field>
ConfigKey size(std::string_view name, Field field, std::size_t least, std::size_t most) {
  return read_with(
      "limits", name, field, [=](const Json& value) { return read_size(value, least, most); },
      [](std::size_t value) { return in_quotes(size_text(value)); });
}

template <class Field>
ConfigKey count(std::string_view table, std::string_view name, Field field, std::size_t least,
                std::size_t most) {
  return read_with(
      table, name, field, [=](const Json& value) { return read_count(value, least, most); },
      [](std::size_t value) { return std::to_string(value); });
}

template <class Field>
ConfigKey text(std::string_view table, std::string_view name, Field field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            if (!given.value.is_string() || given.value.as_string().empty())
              return "expected text in quotes";
            field(config) = given.value.as_string();
            return {};
          },
          shows(field, [](const std::string& value) { return in_quotes(value); })};
}

/// The same where "" means that there is none.
template <class Field>
ConfigKey optional_text(std::string_view table, std::string_view name, Field field) {
  return {table, name,
          [=](Config& config, const Given& given) -> Refusal {
            if (!given.value.is_string()) return R"(expected text in quotes, "" for none)";
            field(config) = given.value.as_string();
            return {};
          },
          shows(field, [](const std::string& value) {
            return value.empty() ? std::string("(not set)") : in_quotes(value);
          })};
}

/// What was expected instead of one of a few words.
inline Refusal one_of(const Json& value, std::span<const std::string_view> words) {
  std::string expected = "expected ";
  for (std::size_t i = 0; i < words.size(); ++i)
    expected += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + in_quotes(words[i]);
  if (!value.is_string()) return expected;
  if (std::ranges::find(words, value.as_string()) != words.end()) return {};
  const auto near = nearest(value.as_string(), words);
  return expected + (near.empty() ? "" : "; did you mean " + in_quotes(near) + "?");
}

inline bool is_text(const Json& value) { return value.is_string() && !value.as_string().empty(); }

/// One text, or a list of them.
inline Read<std::vector<std::string>> read_texts(const Json& value) {
  const Json::Array list = value.is_array() ? value.as_array() : Json::Array{value};
  std::vector<std::string> texts;
  for (const auto& one : list) {
    if (!is_text(one)) return std::string("expected text in quotes, or a list of texts");
    texts.push_back(one.as_string());
  }
  if (texts.empty()) return std::string("expected text in quotes, or a list of texts");
  return texts;
}

inline std::string show_texts(const std::vector<std::string>& texts, bool as_list) {
  if (texts.empty()) return "(not set)";
  if (texts.size() == 1 && !as_list) return in_quotes(texts.front());
  std::string shown;
  for (const auto& text : texts) shown += (shown.empty() ? "" : ", ") + in_quotes(text);
  return "[" + shown + "]";
}

inline Read<jose::Algorithm> read_algorithm(const Json& value) {
  if (value == Json("none")) return std::string("unsigned tokens are neither made nor taken");
  std::vector<std::string_view> names;
  for (const auto algorithm : jose::all_algorithms) names.push_back(jose::name(algorithm));
  names.push_back("EdDSA");
  if (auto refusal = one_of(value, names)) return *refusal;
  return *jose::algorithm_named(value.as_string());
}

std::vector<ConfigKey> jwt_auth_keys();
/// [SIMPLE_JWT].
std::vector<ConfigKey> pair_keys();
std::vector<ConfigKey> user_keys();
/// [keys].
std::vector<ConfigKey> kept_keys();
std::vector<ConfigKey> throttle_keys();
ConfigKey trusted_proxies_key();
std::vector<ConfigKey> cors_keys();

}  // namespace restjwt::server
