#include <restjwt/http/message.hpp>

#include <algorithm>

namespace restjwt::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

void Headers::add(std::string_view name, std::string_view value) {
  const auto at = static_cast<std::uint32_t>(text_.size());
  const auto name_size = static_cast<std::uint32_t>(name.size());
  text_.append(name).append(value);
  fields_.push_back({at, name_size, at + name_size, static_cast<std::uint32_t>(value.size())});
}

void Headers::set(std::string_view name, std::string_view value) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!same_name((*this)[i].name, name)) continue;
    // The old value stays in the buffer, unseen: a header is set at most a few times.
    fields_[i].value = static_cast<std::uint32_t>(text_.size());
    fields_[i].value_size = static_cast<std::uint32_t>(value.size());
    text_.append(value);
    return;
  }
  add(name, value);
}

void Headers::clear() noexcept {
  text_.clear();
  fields_.clear();
}

Headers::Field Headers::operator[](std::size_t i) const noexcept {
  const Slot& slot = fields_[i];
  const std::string_view text = text_;
  return {text.substr(slot.name, slot.name_size), text.substr(slot.value, slot.value_size)};
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < size(); ++i)
    if (same_name((*this)[i].name, name)) return (*this)[i].value;
  return std::nullopt;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
  std::optional<std::string> all;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!same_name((*this)[i].name, name)) continue;
    if (all) {
      *all += ',';
    } else {
      all.emplace();
    }
    *all += (*this)[i].value;
  }
  return all;
}

void Request::clear() noexcept {
  for (auto* part : {&method, &path, &query, &body, &request_id, &remote_address}) part->clear();
  headers.clear();
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
  }
  return {};
}

}  // namespace restjwt::http
