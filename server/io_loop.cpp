#include "server/io_loop.hpp"

#include <algorithm>
#include <array>

#include <restjwt/random.hpp>

#include "server/log.hpp"

namespace restjwt::server {

namespace {

using std::chrono::milliseconds;

std::string hex(std::span<const std::byte> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[static_cast<unsigned>(byte) >> 4];
    text += digits[static_cast<unsigned>(byte) & 0xF];
  }
  return text;
}

std::string random_prefix() {
  std::array<std::byte, 8> bytes;
  system_random()(bytes);
  return hex(bytes) + "-";
}

milliseconds sweep_period(const HttpLimits& limits) {
  const auto shortest = std::min(
      {limits.header_timeout, limits.body_timeout, limits.idle_timeout, limits.write_timeout});
  return std::clamp(shortest / 4, milliseconds(5), milliseconds(250));
}

}  // namespace

IoLoop::IoLoop(Shared& shared)
    : shared_(shared),
      sweep_period_(server::sweep_period(shared.limits)),
      id_prefix_(random_prefix()) {}

void IoLoop::run() {
  running_ = true;
  sweep();
  while (!context_.stopped()) {
    try {
      context_.run();
    } catch (
        const std::exception& error) {  // no memory: the handler's connection goes, others stay
      shared_.log.write(LogLevel::error, "io_failed", error.what());
    }
  }
  running_ = false;
}

void IoLoop::sweep() {
  now_ = SteadyClock::now();
  timer_.expires_at(now_ + sweep_period_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) sweep();
  });
  for (auto& connection : connections_) connection.on_sweep(now_);
  if (after_sweep) after_sweep();
}

void IoLoop::begin_stop() {
  stopping_ = true;
  for (auto& connection : connections_) connection.on_stop();
  finish_if_done();
}

void IoLoop::abort() {
  post([this] {
    for (auto& connection : connections_) connection.on_abort();
    context_.stop();
  });
}

void IoLoop::finish_if_done() noexcept {
  if (!running_ || !stopping_ || !connections_.empty()) return;
  stay_.reset();
  timer_.cancel();
}

std::string_view IoLoop::date() {
  const auto now = std::time(nullptr);
  if (now != date_of_) {
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::array<char, 32> text;
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    date_.assign(text.data(), size);
    date_of_ = now;
  }
  return date_;
}

std::string IoLoop::next_request_id() { return id_prefix_ + std::to_string(++requests_); }

}  // namespace restjwt::server
