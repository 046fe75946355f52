#pragma once
// A request and a response as plain values: no sockets, no framework. Adapters fill the one and
// send the other.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restjwt::http {

/// Whether two header names are the same (ASCII, without regard to case).
bool same_name(std::string_view a, std::string_view b) noexcept;

/// Header fields in order. Names compare without regard to case. One buffer for all of them, so
/// that a connection that is kept alive does not allocate for each request.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  void add(std::string_view name, std::string_view value);
  /// Replaces the first field of that name, or adds it.
  void set(std::string_view name, std::string_view value);
  void clear() noexcept;

  std::size_t size() const noexcept { return fields_.size(); }
  /// Views into this object: good until it is changed.
  Field operator[](std::size_t i) const noexcept;
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// All values of that name joined with "," as WSGI does; nothing where there is none.
  std::optional<std::string> joined(std::string_view name) const;

 private:
  struct Slot {
    std::uint32_t name, name_size, value, value_size;
  };
  std::string text_;
  std::vector<Slot> fields_;
};

struct Request {
  std::string method{};
  /// As it came, before any decoding, without the query.
  std::string path{};
  /// What stood behind the first "?", without it.
  std::string query{};
  Headers headers{};
  std::string body{};
  /// Appears in the log and, for an error nobody foresaw, in the answer.
  std::string request_id{};
  std::string remote_address{};

  /// Empties every part and keeps the memory.
  void clear() noexcept;
};

struct Response {
  int status = 200;
  Headers headers{};
  std::string body{};
};

/// "OK" for 200 …; empty for a status this library never sends.
std::string_view reason_phrase(int status) noexcept;

}  // namespace restjwt::http
