#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/shadow_beside.hpp"
#include "cli/migrate/shadow_client.hpp"
#include "cli/migrate/shadow_proxy.hpp"
#include "cli/migrate/shadow_report.hpp"
#include "cli/migrate/shadow_requests.hpp"
#include "server/app.hpp"
#include "server/config_values.hpp"

namespace restjwt::cli::migrate {
namespace {

using std::chrono::steady_clock;

/// SIGINT and SIGTERM end the listening and not the program, which still has to print its report.
/// Made before the first thread, so that every thread inherits it.
class Ending {
 public:
  explicit Ending(const std::string& seconds) {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    if (seconds.empty()) return;
    const auto time = server::read_duration(Json(seconds));
    if (!time) throw WrongUsage("--seconds: " + time.error());
    end_ = steady_clock::now() + *time;
  }

  /// Whether it is time, now.
  bool is_here() {
    constexpr timespec none{};
    if (sigtimedwait(&signals_, nullptr, &none) > 0) end_ = steady_clock::now();
    return steady_clock::now() >= end_;
  }

  void wait() const {
    while (true) {
      const auto left = std::clamp<steady_clock::duration>(
          end_ - steady_clock::now(), steady_clock::duration(0), std::chrono::hours(1));
      const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
      const timespec time{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
      if (sigtimedwait(&signals_, nullptr, &time) > 0 || steady_clock::now() >= end_) return;
    }
  }

 private:
  sigset_t signals_{};
  steady_clock::time_point end_ = steady_clock::time_point::max();
};

/// The server as it would run here, with its real HTTP engine, but writing nothing.
class OurSide {
 public:
  explicit OurSide(server::Config config) : app_(quiet(std::move(config))) { app_.start(); }
  ~OurSide() { app_.stop(); }

  Peer peer() const {
    return {.authority = "127.0.0.1:" + std::to_string(app_.port()),
            .addresses = {"127.0.0.1"},
            .port = app_.port()};
  }

 private:
  static server::Config quiet(server::Config config) {
    OpenUsers must_be_there(config);  // the server itself would make or migrate it
    config.http.host = "127.0.0.1";
    config.http.port = 0;
    config.writes = server::Writes::nothing;
    config.auth.upgrade_passwords = false;
    config.log.access = false;
    config.log.level = std::max(config.log.level, server::LogLevel::error);
    return config;
  }

  server::App app_;
};

server::Config configuration(const Arguments& arguments) {
  auto config = read_config(arguments, true);
  for (const auto& warning : config.warnings) complain("warning: " + warning);
  return config;
}

/// Both sides get one request after the other; tokens come from the old server's answers, as the
/// clients have theirs from there.
void replay(const std::vector<RecordedRequest>& requests, const Peer& old, const Peer& ours,
            Ending& ending, Report& report) {
  std::vector<std::string> tokens(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (ending.is_here()) {
      report.skip("the time was over");
      continue;
    }
    auto request = filled(requests[i], tokens);
    if (!request) {
      report.skip("the token it uses was not issued");
      continue;
    }
    // Our side has to see the same host, as redirects repeat it.
    if (!request->headers.find("Host")) request->headers.add("Host", old.authority);
    const auto asked = steady_clock::now();
    auto there = ask(old, *request);
    if (there) tokens[i] = issued_token(there->response);
    auto here = ask(ours, *request);
    const auto lag = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - asked);
    report.add({*std::move(request), std::move(there), std::move(here), lag});
  }
}

server::Address loopback(const std::string& text) {
  const auto address = server::read_address(text);
  if (!address) throw WrongUsage("--listen: " + address.error());
  if (!address->is_loopback())
    throw WrongUsage("--listen: passwords come here in the clear, so it has to be loopback");
  return *address;
}

void pass_through(const server::Address& address, const Peer& old, const Peer& ours,
                  const Ending& ending, Report& report) {
  Beside beside(ours, report);
  const Proxy proxy(address, old, beside);
  const server::Address real{address.host, proxy.port()};
  complain("listening on http://" + real.text() + ", passing on to http://" + old.authority);
  ending.wait();
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

int shadow(const Arguments& arguments, const ShadowArguments& given) {
  if (given.requests.empty() == given.listen.empty())
    throw WrongUsage("give either --requests or --listen");
  Ending ending(given.seconds);
  const auto old = find_peer(given.against);
  Report report;
  if (given.listen.empty()) {
    const auto requests = read_requests(given.requests, environment);
    const OurSide ours(configuration(arguments));
    replay(requests, old, ours.peer(), ending, report);
  } else {
    const auto address = loopback(given.listen);
    const OurSide ours(configuration(arguments));
    pass_through(address, old, ours.peer(), ending, report);
  }
  if (arguments.json) print_json(report.to_json());
  else report.print(std::cout);
  return report.differs() ? refused : ok;
}

}  // namespace restjwt::cli::migrate
