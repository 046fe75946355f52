#pragma once
// The pass-through: what comes here goes to the old server, and its answer goes back unchanged.
//
// A thread for each connection, 64 of them at most; further ones wait in the kernel's queue. That
// is enough for a tool that stands in the way for an hour, and simpler than the server's own loop.

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/migrate/shadow_beside.hpp"
#include "cli/migrate/shadow_client.hpp"
#include "server/config_values.hpp"

namespace restjwt::cli::migrate {

class Proxy {
 public:
  /// Listens and serves. `address` has to be loopback: passwords come here in the clear. Throws
  /// Refused when it cannot listen. `beside` must outlive it.
  Proxy(const server::Address& address, Peer old, Beside& beside);
  /// Answers what is under way, then closes everything.
  ~Proxy();

  std::uint16_t port() const;

 private:
  class Connection;
  struct Acceptor;
  void accept();

  const Peer old_;
  Beside& beside_;
  std::unique_ptr<Acceptor> acceptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::unique_ptr<Connection>> connections_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace restjwt::cli::migrate
