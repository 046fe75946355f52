#include <restjwt/json.hpp>

#include <algorithm>

namespace restjwt {
namespace {

class JsonCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "restjwt.json"; }

  std::string message(int code) const override {
    switch (static_cast<JsonErrc>(code)) {
      case JsonErrc::syntax:
        return "not valid JSON";
      case JsonErrc::invalid_utf8:
        return "not valid UTF-8, or half of a surrogate pair";
      case JsonErrc::too_deep:
        return "arrays and objects nested too deeply";
      case JsonErrc::duplicate_member:
        return "two members of the same name in one object";
      case JsonErrc::number_range:
        return "number out of range";
    }
    return "unknown JSON error";
  }
};

using MemberPointers = std::vector<const Json::Member*>;

MemberPointers by_name(const Json::Object& members) {
  MemberPointers sorted;
  sorted.reserve(members.size());
  for (const auto& member : members) sorted.push_back(&member);
  std::ranges::stable_sort(sorted, {}, &Json::Member::first);
  return sorted;
}

bool same_members(const Json::Object& a, const Json::Object& b) {
  if (a.size() != b.size()) return false;
  return std::ranges::equal(by_name(a), by_name(b),
                            [](const auto* left, const auto* right) { return *left == *right; });
}

}  // namespace

std::error_code make_error_code(JsonErrc errc) noexcept {
  static const JsonCategory category;
  return {static_cast<int>(errc), category};
}

double Json::as_double() const {
  return is_int() ? static_cast<double>(as_int()) : std::get<double>(value_);
}

const Json* Json::find(std::string_view name) const noexcept {
  const Object* members = std::get_if<Object>(&value_);
  if (!members) return nullptr;
  const auto found = std::ranges::find(*members, name, &Member::first);
  return found == members->end() ? nullptr : &found->second;
}

void Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object();
  Object& members = as_object();
  const auto found = std::ranges::find(members, name, &Member::first);
  if (found == members.end()) {
    members.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

bool Json::erase(std::string_view name) {
  if (!is_object()) return false;
  return std::erase_if(as_object(), [name](const Member& member) { return member.first == name; });
}

bool operator==(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) return same_members(a.as_object(), b.as_object());
  return a.value_ == b.value_;
}

}  // namespace restjwt
