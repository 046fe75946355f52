#include "cli/migrate/shadow_report.hpp"

#include <algorithm>

#include "cli/migrate/departures.hpp"
#include "cli/migrate/shadow_discretion.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::migrate {
namespace {

// A scanner asks for thousands of paths; what lies behind this many kinds is counted together.
constexpr std::size_t most_kinds = 1000;

std::string text_of(const Difference& difference) {
  std::string text = difference.what + ": " + difference.old + " → " + difference.ours;
  if (difference.row != 0) text += " (known, row " + std::to_string(difference.row) + ')';
  return text;
}

std::string times(std::size_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

}  // namespace

bool Report::Kind::is_known() const {
  return std::all_of(differences.begin(), differences.end(),
                     [](const Difference& difference) { return difference.row != 0; });
}

std::string Report::Kind::text() const {
  std::string text;
  for (const auto& difference : differences)
    text += (text.empty() ? "" : "; ") + text_of(difference);
  return method + ' ' + path + ": " + text;
}

void Report::add(const Exchange& exchange) {
  const auto found = differences(exchange);
  Kind kind{.method = Discretion(exchange.request).plain(exchange.request.method),
            .path = Discretion::path(exchange.request),
            .differences = found};

  const std::lock_guard lock(mutex_);
  ++requests_;
  if (found.empty()) return;
  ++differing_;
  auto key = kind.text();
  if (kinds_.size() >= most_kinds && !kinds_.contains(key)) {
    kind = {.method = "…", .path = "…", .differences = {{"further kinds", "…", "…"}}};
    key = kind.text();
  }
  ++kinds_.emplace(key, std::move(kind)).first->second.count;
}

void Report::skip(const std::string& why) {
  const std::lock_guard lock(mutex_);
  ++skipped_[why];
}

std::vector<Report::Kind> Report::sorted() const {
  std::vector<Kind> kinds;
  for (const auto& [text, kind] : kinds_) kinds.push_back(kind);
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const Kind& a, const Kind& b) { return a.count > b.count; });
  return kinds;
}

std::size_t Report::known() const {
  std::size_t count = 0;
  for (const auto& [text, kind] : kinds_)
    if (kind.is_known()) count += kind.count;
  return count;
}

bool Report::shows_row(int row) const {
  for (const auto& [text, kind] : kinds_)
    for (const auto& difference : kind.differences)
      if (difference.row == row) return true;
  return false;
}

bool Report::differs() const {
  const std::lock_guard lock(mutex_);
  return differing_ > known();
}

void Report::print(std::ostream& out) const {
  const std::lock_guard lock(mutex_);
  for (const auto& kind : sorted())
    out << printable(kind.text()) << " (" << times(kind.count) << ")\n";
  for (const auto& departure : departures())
    if (departure.row != 0 && shows_row(static_cast<int>(departure.row)))
      out << "row " << departure.row << ": " << departure.sentence << '\n';
  for (const auto& [why, count] : skipped_)
    out << "not compared: " << printable(why) << " (" << times(count) << ")\n";
  out << requests_ << (requests_ == 1 ? " request, " : " requests, ") << requests_ - differing_
      << " the same, " << differing_ << " differ";
  if (known() > 0) out << ", " << known() << " of them as known";
  out << '\n';
}

Json Report::to_json() const {
  const std::lock_guard lock(mutex_);
  Json::Array kinds;
  for (const auto& kind : sorted()) {
    Json::Array list;
    for (const auto& [what, old, ours, row] : kind.differences) {
      list.push_back(Json::object({{"what", what}, {"old", old}, {"ours", ours}}));
      if (row != 0) list.back().set("row", row);
    }
    kinds.push_back(Json::object({{"method", kind.method},
                                  {"path", kind.path},
                                  {"count", static_cast<std::int64_t>(kind.count)},
                                  {"known", kind.is_known()},
                                  {"differences", std::move(list)}}));
  }
  Json skipped = Json::object();
  for (const auto& [why, count] : skipped_) skipped.set(why, static_cast<std::int64_t>(count));
  return Json::object({{"requests", static_cast<std::int64_t>(requests_)},
                       {"same", static_cast<std::int64_t>(requests_ - differing_)},
                       {"differ", static_cast<std::int64_t>(differing_)},
                       {"known", static_cast<std::int64_t>(known())},
                       {"not_compared", std::move(skipped)},
                       {"kinds", std::move(kinds)}});
}

}  // namespace restjwt::cli::migrate
