#pragma once
// Access and error log: one JSON object a line, on standard error. Text that came from outside is
// escaped and cut; a token, a password or a body is never given to it.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace restjwt::server {

enum class LogLevel { debug, info, warning, error, off };

struct AccessEntry {
  std::string_view request_id{};
  std::string_view remote_address{};
  std::string_view method{};
  std::string_view path{};  ///< without the query: a token may stand there
  int status = 0;
  std::size_t bytes = 0;
  std::chrono::microseconds duration{0};
};

/// Safe from many threads at once; never blocks a caller for the disk (lines are written by a
/// thread of its own, and counted when they have to be dropped).
class Log {
 public:
  struct Options {
    LogLevel level = LogLevel::info;
    bool access = true;        ///< one line per request
    std::size_t queue = 8192;  ///< lines; the oldest is dropped when it is full
    /// Where lines go, without their line feed; empty: standard error.
    std::function<void(std::string_view)> sink{};
  };
  explicit Log(Options options);
  ~Log();

  bool access_enabled() const noexcept;
  void access(const AccessEntry& entry);
  /// `event` is a fixed word such as "listening"; `message` one sentence.
  void write(LogLevel level, std::string_view event, std::string_view message,
             std::string_view request_id = {});

  /// Lines that had no room in the queue.
  std::size_t dropped() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::server
