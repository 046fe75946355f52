#pragma once
// Rows of restjwt_throttle as values; `Row` is the row of either database.

#include <cstdint>
#include <optional>

#include <restjwt/auth/throttle.hpp>

#include "storage/own_rows.hpp"

namespace restjwt::storage {

/// account, address, failures, since, bans, until, forget
template <class Row>
auth::KeptTally tally_in(const Row& row) {
  return {{row.text(0), row.text(1)},
          {.failures = static_cast<unsigned>(row.integer(2)),
           .since = instant_of(row.integer(3)),
           .bans = static_cast<unsigned>(row.integer(4)),
           .until = optional_instant(row, 5),
           .forget = instant_of(row.integer(6))}};
}

/// account, address, until, failures
template <class Row>
auth::Ban ban_in(const Row& row) {
  return {{row.text(0), row.text(1)},
          instant_of(row.integer(2)),
          static_cast<unsigned>(row.integer(3))};
}

/// What goes into the audit log about a failure that began a ban.
inline std::optional<auth::AuditEvent> event_of(const auth::Failure& failure,
                                                const auth::Tally& tally) {
  auto event = failure.banned;
  if (event) event->reason = "until " + rfc3339(*tally.until);
  return event;
}

}  // namespace restjwt::storage
