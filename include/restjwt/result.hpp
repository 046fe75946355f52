#pragma once
// A value, or the reason why there is none.
//
// Rule of the whole library: a wrong *input* comes back as a Result; a failing *environment* (no
// memory, a full disk) throws. Looking at the side that is not there is a bug in the caller and
// throws std::bad_variant_access.

#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

namespace restjwt {

template <class T, class E = std::error_code>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  /// Any enum that is registered as an error code, such as jose::TokenErrc.
  template <class Errc>
  requires(std::is_error_code_enum_v<Errc>&& std::is_same_v<E, std::error_code>) Result(Errc errc)
      : state_(std::in_place_index<1>, make_error_code(errc)) {}

  /// Makes the value where it stays.
  template <class... Arguments>
  explicit Result(std::in_place_t, Arguments&&... arguments)
      : state_(std::in_place_index<0>, std::forward<Arguments>(arguments)...) {}

  explicit operator bool() const noexcept { return state_.index() == 0; }
  bool has_value() const noexcept { return state_.index() == 0; }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const E& error() const& { return std::get<1>(state_); }

 private:
  std::variant<T, E> state_;
};

}  // namespace restjwt
