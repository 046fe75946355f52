#include "storage/id_form.hpp"

#include <algorithm>

namespace restjwt::storage {
namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter; }

void erase_all(std::string& text, std::string_view part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
    text.erase(at, part.size());
}

}  // namespace

std::optional<std::string> canonical_uuid(std::string_view text) {
  // Longer than any way of writing one: nobody makes us copy a megabyte.
  if (text.size() > 64) return std::nullopt;
  std::string digits(text);
  for (const std::string_view part : {"urn:", "uuid:"}) erase_all(digits, part);
  digits.erase(0, digits.find_first_not_of("{}"));
  digits.erase(digits.find_last_not_of("{}") + 1);
  erase_all(digits, "-");

  std::ranges::transform(digits, digits.begin(), lower);
  if (digits.size() != 32 || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
    return std::nullopt;
  for (const auto dash : {8, 13, 18, 23}) digits.insert(static_cast<std::size_t>(dash), 1, '-');
  return digits;
}

std::optional<IdForm> id_form(std::string_view declared_type) {
  std::string type;
  for (const char letter : declared_type)
    if (letter != ' ') type += lower(letter);
  const auto has = [&type](const char* word) { return type.find(word) != std::string::npos; };
  if (type == "char(32)") return IdForm::hex_uuid;
  if (type == "uuid") return IdForm::dashed_uuid;
  if (has("char") || has("text")) return IdForm::text;
  if (has("int")) return IdForm::number;
  return std::nullopt;
}

std::optional<Value> stored_id(IdForm form, const auth::UserId& id) {
  if (id.is_number() != (form == IdForm::number)) return std::nullopt;
  if (id.is_number()) return id.number();
  if (form == IdForm::text) return id.text();
  auto uuid = canonical_uuid(id.text());
  if (!uuid) return std::nullopt;
  if (form == IdForm::hex_uuid) erase_all(*uuid, "-");
  return *std::move(uuid);
}

std::string id_text(IdForm form, std::string stored) {
  if (form == IdForm::text) return stored;
  return canonical_uuid(stored).value_or(stored);
}

}  // namespace restjwt::storage
