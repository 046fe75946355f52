#include "cli/keys/description.hpp"

#include <algorithm>

#include "cli/instant.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

using auth::KeyState;

Json instant_or_null(const std::optional<TimePoint>& instant) {
  return instant ? Json(rfc3339(*instant)) : Json();
}

/// As a shell reads it, so that the line can be copied.
std::string as_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("_-.:/@").find(c) != std::string_view::npos;
  };
  const std::string begin = text.starts_with('-') ? "-- " : "";
  if (std::ranges::all_of(text, is_plain)) return begin + text;
  std::string word = begin + "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

}  // namespace

bool Description::only_verifies() const { return key_.key && !key_.key->is_private(); }

std::string_view Description::state() const {
  const bool verifies_yet = only_verifies() && state_ != KeyState::retired;
  return verifies_yet ? "verifying" : name(state_);
}

TimePoint Description::since() const {
  if (state_ == KeyState::retired) return key_.retired.value_or(key_.published);
  if (only_verifies() || state_ == KeyState::next) return key_.published;
  if (state_ == KeyState::active) return key_.active.value_or(key_.published);
  return schedule_.retiring_since(key_).value_or(key_.published);
}

std::optional<TimePoint> Description::may_sign_from() const {
  if (state_ != KeyState::next || only_verifies()) return std::nullopt;
  return key_.active.value_or(key_.published + rules_.publication_period);
}

std::string Description::outlook_of_next() const {
  const auto from = *may_sign_from();
  if (key_.active) return "signs from " + instant_text(from, now_);
  return (from > now_ ? "may sign from " + instant_text(from, now_) : std::string("may sign now")) +
         ": restjwt keys rotate";
}

std::string Description::outlook_of_retiring() const {
  const auto from = schedule_.free_from(key_, rules_);
  if (!from) return "can only be retired as compromised: its tokens do not expire";
  return (*from > now_ ? "can be retired from " + instant_text(*from, now_)
                       : std::string("can be retired now")) +
         ": restjwt keys retire " + as_word(printable(key_.kid));
}

std::string Description::outlook() const {
  if (state_ == KeyState::retired) return "-";
  if (only_verifies()) return "verifies until it is retired";
  if (state_ == KeyState::next) return outlook_of_next();
  if (state_ == KeyState::retiring) return outlook_of_retiring();
  const auto until = schedule_.retiring_since(key_);
  return until ? "signs until " + instant_text(*until, now_) : "signs until another key does";
}

std::string Description::summary() const {
  const std::string now = std::string(jose::name(key_.algorithm)) + ", " + std::string(state()) +
                          " since " + instant_text(since());
  return state_ == KeyState::retired ? now : now + "; " + outlook();
}

Json Description::to_json() const {
  const bool lives = state_ != KeyState::retired && !only_verifies();
  return Json::object(
      {{"kid", key_.kid},
       {"algorithm", jose::name(key_.algorithm)},
       {"state", state()},
       {"since", rfc3339(since())},
       {"published", rfc3339(key_.published)},
       {"may_sign_from", instant_or_null(may_sign_from())},
       {"active", instant_or_null(key_.active)},
       {"retiring", lives ? instant_or_null(schedule_.retiring_since(key_)) : Json()},
       {"may_retire_from", lives ? instant_or_null(schedule_.free_from(key_, rules_)) : Json()},
       {"retired", instant_or_null(key_.retired)}});
}

}  // namespace restjwt::cli::keys
