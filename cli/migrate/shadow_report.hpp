#pragma once
// What differed, grouped by kind of request and counted.

#include <cstddef>
#include <map>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include <restjwt/json.hpp>

#include "cli/migrate/shadow_difference.hpp"

namespace restjwt::cli::migrate {

/// Safe from many threads at once. Holds nothing that may not be printed.
class Report {
 public:
  /// Compares, and keeps what may be told of it.
  void add(const Exchange& exchange);
  /// A request that was not compared, and why in a few words.
  void skip(const std::string& why);

  /// One line for each kind of difference, the most frequent first; what the rows of the table of
  /// departures say; then the totals.
  void print(std::ostream& out) const;
  Json to_json() const;
  /// Whether anything differs that is not in the table of departures.
  bool differs() const;

 private:
  struct Kind {
    std::string method{};
    std::string path{};
    std::vector<Difference> differences{};
    std::size_t count = 0;
    bool is_known() const;
    std::string text() const;
  };
  /// The most frequent first.
  std::vector<Kind> sorted() const;
  std::size_t known() const;
  bool shows_row(int row) const;

  mutable std::mutex mutex_;
  std::map<std::string, Kind> kinds_;
  std::map<std::string, std::size_t> skipped_;
  std::size_t requests_ = 0;
  std::size_t differing_ = 0;
};

}  // namespace restjwt::cli::migrate
