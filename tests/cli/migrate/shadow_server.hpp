#pragma once
// A server that says one thing.

#include <string>
#include <thread>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "cli/migrate/shadow_client.hpp"

namespace restjwt::cli::test {

using boost::asio::ip::tcp;

/// Reads the head of one request, says its words whatever was asked, and closes.
class Server {
 public:
  explicit Server(std::string words, bool closes = true)
      : thread_([this, words = std::move(words), closes] { serve(words, closes); }) {}
  ~Server() { thread_.join(); }

  migrate::Peer peer() const {
    const auto port = acceptor_.local_endpoint().port();
    return migrate::find_peer("http://127.0.0.1:" + std::to_string(port));
  }
  const std::string& heard() const { return heard_; }  ///< once it was asked

 private:
  void serve(const std::string& words, bool closes) {
    tcp::socket socket(io_);
    acceptor_.accept(socket);
    boost::system::error_code ignored;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(heard_), "\r\n\r\n", ignored);
    boost::asio::write(socket, boost::asio::buffer(words), ignored);
    if (!closes)
      boost::asio::read_until(socket, boost::asio::dynamic_buffer(heard_), '\0', ignored);
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::string heard_;
  std::thread thread_;
};

}  // namespace restjwt::cli::test
