#include "server/log.hpp"

#include <atomic>
#include <chrono>
#include <ctime>
#include <string>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "server/log_text.hpp"

namespace restjwt::server {

namespace {

constexpr std::size_t longest_text = 256;

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> target)
      : target_(std::move(target)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    target_({message.payload.data(), message.payload.size()});
  }
  void flush_() override {}

  std::function<void(std::string_view)> target_;
};

spdlog::level::level_enum to_spdlog(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    default:
      return spdlog::level::off;
  }
}

std::string_view name_of(LogLevel level) noexcept {
  constexpr std::string_view names[] = {"debug", "info", "warning", "error", "off"};
  return names[static_cast<std::size_t>(level)];
}

// RFC 3339 in UTC with milliseconds.
std::string timestamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &utc);
  auto fraction = std::to_string(1000 + milliseconds % 1000);
  return std::string(text, size) + fraction.substr(1) + "Z";
}

// One line under construction.
class Line {
 public:
  Line(LogLevel level, std::string_view event) {
    text_.reserve(320);
    text_ += "{\"time\":\"";
    text_ += timestamp();
    add("\",\"level\":\"", name_of(level));
    add("\",\"event\":\"", event);
    text_ += '"';
  }

  void text(std::string_view name, std::string_view value) {
    key(name);
    text_ += '"';
    append_escaped(text_, value, longest_text);
    text_ += '"';
  }
  void number(std::string_view name, long long value) {
    key(name);
    text_ += std::to_string(value);
  }
  std::string finish() && {
    text_ += '}';
    return std::move(text_);
  }

 private:
  void add(std::string_view before, std::string_view value) {
    text_ += before;
    append_escaped(text_, value, longest_text);
  }
  void key(std::string_view name) {
    text_ += ",\"";
    text_ += name;
    text_ += "\":";
  }

  std::string text_;
};

spdlog::sink_ptr make_sink(const Log::Options& options) {
  if (options.sink) return std::make_shared<FunctionSink>(options.sink);
  return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

}  // namespace

struct Log::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        writer(std::make_shared<spdlog::details::thread_pool>(options.queue, 1)),
        logger(std::make_shared<spdlog::async_logger>(
            "restjwt", make_sink(options), writer, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_pattern("%v");
    logger->set_level(to_spdlog(options.level));
    // A full disk under standard error must not make more lines.
    logger->set_error_handler([](const std::string&) {});
  }

  void put(LogLevel level, std::string line) {
    logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
    report_drops();
  }

  // Waits until there is room again: a line about lost lines must not push out another one.
  void report_drops() {
    const auto dropped = writer->overrun_counter();
    if (dropped == reported || writer->queue_size() > options.queue / 2) return;
    if (reported.exchange(dropped) == dropped) return;
    Line line(LogLevel::warning, "log_lines_dropped");
    line.number("total", static_cast<long long>(dropped));
    const auto text = std::move(line).finish();
    logger->log(spdlog::level::warn, spdlog::string_view_t(text.data(), text.size()));
  }

  Options options;
  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::size_t> reported{0};
};

Log::Log(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Log::~Log() = default;

bool Log::access_enabled() const noexcept {
  return impl_->options.access && impl_->options.level <= LogLevel::info;
}

void Log::access(const AccessEntry& entry) {
  if (!access_enabled()) return;
  Line line(LogLevel::info, "request");
  line.text("request_id", entry.request_id);
  line.text("remote", entry.remote_address);
  line.text("method", entry.method);
  line.text("path", loggable_path(entry.path));
  line.number("status", entry.status);
  line.number("bytes", static_cast<long long>(entry.bytes));
  line.number("duration_us", entry.duration.count());
  impl_->put(LogLevel::info, std::move(line).finish());
}

void Log::write(LogLevel level, std::string_view event, std::string_view message,
                std::string_view request_id) {
  if (level < impl_->options.level || level == LogLevel::off) return;
  Line line(level, event);
  line.text("message", message);
  if (!request_id.empty()) line.text("request_id", request_id);
  impl_->put(level, std::move(line).finish());
}

std::size_t Log::dropped() const noexcept { return impl_->writer->overrun_counter(); }

}  // namespace restjwt::server
