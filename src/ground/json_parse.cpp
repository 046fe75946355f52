#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <ranges>

#include <boost/json/basic_parser_impl.hpp>

#include <restjwt/json.hpp>
#include <restjwt/unicode.hpp>

#include "ground/json_number.hpp"

namespace restjwt {
namespace {

using boost::json::error_code;
using boost::json::string_view;

bool has_duplicates(const Json::Object& members) {
  if (members.size() <= 8) {
    for (auto later = members.begin(); later != members.end(); ++later)
      for (auto earlier = members.begin(); earlier != later; ++earlier)
        if (earlier->first == later->first) return true;
    return false;
  }
  // Sorted, not hashed: a stranger chooses the names.
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const auto& member : members) names.push_back(member.first);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

/// Of equal names the last value, at the place of the first, as in Python's dict.
Json::Object without_duplicates(Json::Object members) {
  Json::Object kept;
  kept.reserve(members.size());  // the views in `places` point into it
  std::map<std::string_view, std::size_t> places;
  for (auto& member : members) {
    if (const auto place = places.find(member.first); place != places.end()) {
      kept[place->second].second = std::move(member.second);
    } else {
      kept.push_back(std::move(member));
      places.emplace(kept.back().first, kept.size() - 1);
    }
  }
  return kept;
}

/// The last `count` elements of a stack, taken off it.
template <class T>
std::vector<T> pop(std::vector<T>& stack, std::size_t count) {
  const auto first = stack.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<T> popped(std::make_move_iterator(first), std::make_move_iterator(stack.end()));
  stack.erase(first, stack.end());
  return popped;
}

/// What Boost.JSON's parser calls: builds the value bottom-up on two stacks.
class Builder {
 public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

  explicit Builder(bool last_duplicate_wins) : last_duplicate_wins_(last_duplicate_wins) {}

  Json take() { return std::move(values_.front()); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t size, error_code&) { return push(pop(values_, size)); }

  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t size, error_code& ec) {
    auto names = pop(names_, size);
    auto values = pop(values_, size);
    Json::Object members;
    members.reserve(size);
    for (std::size_t i = 0; i < size; ++i)
      members.emplace_back(std::move(names[i]), std::move(values[i]));
    if (has_duplicates(members)) {
      if (!last_duplicate_wins_) return refuse(ec, JsonErrc::duplicate_member);
      members = without_duplicates(std::move(members));
    }
    return push(std::move(members));
  }

  bool on_string_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_string(string_view part, std::size_t, error_code&) {
    append(part);
    return push(std::exchange(text_, {}));
  }
  bool on_key_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_key(string_view part, std::size_t, error_code&) {
    append(part);
    names_.push_back(std::exchange(text_, {}));
    return true;
  }

  bool on_number_part(string_view part, error_code&) { return append(part); }
  bool on_int64(std::int64_t value, string_view, error_code&) {
    text_.clear();
    return push(value);
  }
  bool on_uint64(std::uint64_t value, string_view, error_code&) {
    text_.clear();
    return push(static_cast<double>(value));
  }
  bool on_double(double roughly, string_view part, error_code& ec) {
    append(part);
    const auto value = nearest_double(text_, roughly);
    text_.clear();
    if (!value) return refuse(ec, JsonErrc::number_range);
    return push(*value);
  }
  bool on_bool(bool value, error_code&) { return push(value); }
  bool on_null(error_code&) { return push(nullptr); }

 private:
  template <class T>
  bool push(T value) {
    values_.emplace_back(std::move(value));
    return true;
  }

  bool append(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  static bool refuse(error_code& ec, JsonErrc why) {
    ec = make_error_code(why);
    return false;
  }

  bool last_duplicate_wins_;
  std::vector<Json> values_;
  std::vector<std::string> names_;
  std::string text_;  // of a string or number that is not complete yet
};

class Parser {
 public:
  explicit Parser(const JsonLimits& limits)
      : parser_(options(limits), limits.last_duplicate_wins) {}

  /// Whether all of `text` was taken; `more`: other text follows.
  bool feed(std::string_view text, bool more) {
    return parser_.write_some(more, text.data(), text.size(), error_) == text.size() && !error_;
  }

  const std::error_code& error() const { return error_; }
  Json take() { return parser_.handler().take(); }

 private:
  static boost::json::parse_options options(const JsonLimits& limits) {
    boost::json::parse_options options;
    options.max_depth = limits.max_depth;
    return options;
  }

  boost::json::basic_parser<Builder> parser_;
  std::error_code error_;
};

/// Boost.JSON does not tell where it gave up. Fed piece by piece it does: at the first piece it
/// does not take.
std::size_t where_it_fails(std::string_view text, const JsonLimits& limits) {
  // Well under the 4096 bytes that Boost.JSON 1.81 unescapes into: where a piece begins in the
  // middle of a character or an escape, it adds up to three bytes of the piece before to one of
  // that size, and writes behind its buffer (boostorg/json#876).
  static_assert(BOOST_JSON_STACK_BUFFER_SIZE >= 4096);
  std::size_t taken = 0;
  for (const std::size_t step : {2048, 64, 1}) {
    Parser parser(limits);
    parser.feed(text.substr(0, taken), true);
    while (taken < text.size() && parser.feed(text.substr(taken, step), true)) taken += step;
    taken = std::min(taken, text.size());
    if (taken == text.size()) break;
  }
  return taken;
}

/// The escape at `at`, as "\uXXXX"; 0 where it is another one.
unsigned code_unit(std::string_view text, std::size_t at) {
  unsigned unit = 0;
  if (text.substr(at, 2) != "\\u" || text.size() < at + 6) return 0;
  std::from_chars(text.data() + at + 2, text.data() + at + 6, unit, 16);
  return unit;
}

bool is_high_surrogate(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

/// Where the first \uXXXX stands that is half of a pair. A backslash stands in strings only.
std::size_t first_lone_surrogate(std::string_view text) {
  std::size_t i = 0;
  while ((i = text.find('\\', i)) != text.npos) {
    const unsigned unit = code_unit(text, i);
    const bool pair = is_high_surrogate(unit) && is_low_surrogate(code_unit(text, i + 6));
    if (!pair && (is_high_surrogate(unit) || is_low_surrogate(unit))) return i;
    i += pair ? 12 : 2;
  }
  return text.size();
}

JsonError explain(std::error_code refusal, std::string_view text, const JsonLimits& limits) {
  const std::size_t offset = where_it_fails(text, limits);
  if (refusal.category() == make_error_code(JsonErrc::syntax).category()) return {refusal, offset};
  if (refusal == boost::json::error::too_deep) return {JsonErrc::too_deep, offset};
  if (refusal == boost::json::error::exponent_overflow) return {JsonErrc::number_range, offset};
  const std::size_t wrong = std::min(first_invalid_utf8(text), first_lone_surrogate(text));
  if (wrong <= offset && wrong < text.size()) return {JsonErrc::invalid_utf8, wrong};
  return {JsonErrc::syntax, offset};
}

}  // namespace

Result<Json, JsonError> parse_json(std::string_view text, const JsonLimits& limits) {
  Parser parser(limits);
  if (!parser.feed(text, false)) return explain(parser.error(), text, limits);
  return parser.take();
}

}  // namespace restjwt
