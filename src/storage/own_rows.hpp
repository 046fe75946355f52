#pragma once
// Rows of our own tables as values, and back. Both databases name columns and kinds alike; `Row` is
// the row of either: text(), integer(), is_null().

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/rotation.hpp>
#include <restjwt/auth/session.hpp>

#include "storage/id_form.hpp"
#include "storage/instant.hpp"

namespace restjwt::storage {

/// A limit as a parameter.
inline std::int64_t bounded(std::size_t limit) noexcept {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, 1'000'000));
}

template <class Row>
std::optional<TimePoint> optional_instant(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return instant_of(row.integer(column));
}

/// A user's id in a column that has it as the table of users does, as text or not.
template <class Row>
auth::UserId user_id_in(const Row& row, int column, IdForm form) {
  if (form == IdForm::number) return row.integer(column);
  return auth::UserId(id_text(form, row.text(column)));
}

template <class Row>
auth::Fingerprint fingerprint_in(const Row& row, int column) {
  if (const auto id = auth::Fingerprint::from_text(row.text(column))) return *id;
  throw auth::StoreError("a table of restjwt holds an id that is none");
}

/// id, user_id, created, last_seen, idle_limit, absolute_limit, address, user_agent
template <class Row>
auth::Session session_in(const Row& row, IdForm form) {
  return {.id = fingerprint_in(row, 0),
          .user = user_id_in(row, 1, form),
          .created = instant_of(row.integer(2)),
          .last_seen = instant_of(row.integer(3)),
          .client = {row.text(6), row.text(7)},
          .idle_limit = optional_instant(row, 4),
          .absolute_limit = optional_instant(row, 5)};
}

/// head, parent, child_id, child_issued, exchanged, address, user_agent
template <class Row>
auth::RefreshChain chain_in(const Row& row) {
  return {.head = fingerprint_in(row, 0),
          .parent = fingerprint_in(row, 1),
          .child = {.id = row.text(2), .issued = instant_of(row.integer(3))},
          .exchanged = instant_of(row.integer(4)),
          .client = {row.text(5), row.text(6)}};
}

/// number, kind, subject, not_before, until
template <class Row>
auth::Revocation revocation_in(const Row& row, IdForm form) {
  using Kind = auth::Revocation::Kind;
  const auto kind = auth::revocation_kind(row.text(1));
  if (!kind) throw auth::StoreError("restjwt_revocation holds a kind that is none");
  auth::Revocation revocation{.kind = *kind,
                              .not_before = instant_of(row.integer(3)),
                              .until = optional_instant(row, 4),
                              .number = static_cast<std::uint64_t>(row.integer(0))};
  if (*kind == Kind::user) revocation.user = user_id_in(row, 2, form);
  if (*kind == Kind::key) revocation.kid = row.text(2);
  if (*kind == Kind::token || *kind == Kind::session) revocation.id = fingerprint_in(row, 2);
  return revocation;
}

/// The column `subject`; `user` is the user as the column has one, or nothing, and so is the
/// answer, where the table of users can have no such user.
inline std::optional<Value> subject_of(const auth::Revocation& revocation,
                                       std::optional<Value> user) {
  using Kind = auth::Revocation::Kind;
  switch (revocation.kind) {
    case Kind::token:
    case Kind::session:
      return revocation.id.text();
    case Kind::user:
      return user;
    case Kind::key:
      return revocation.kid;
    case Kind::everyone:
      break;
  }
  return Value(nullptr);
}

}  // namespace restjwt::storage
