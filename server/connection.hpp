#pragma once
// One connection: read, parse, answer, write, again. All answers to one read leave in one write.

#include <memory>
#include <string>
#include <vector>

#include <restjwt/http/message.hpp>

#include "server/io_loop.hpp"
#include "server/request_parser.hpp"

namespace restjwt::server {

// Lives as long as something is under way for it: a read, a write, or an answer on a pool. Of these
// there is one at a time, except that an answer may be made while earlier ones are written.
class Connection final : public Watched, public std::enable_shared_from_this<Connection> {
 public:
  Connection(IoLoop& loop, Socket socket);
  ~Connection() override;

  /// On the loop's thread, once.
  void start();

  void on_sweep(SteadyClock::time_point now) override;
  void on_stop() override;
  void on_abort() noexcept override { close(); }

 private:
  enum class Phase {
    idle,       ///< between requests
    header,     ///< some of a header has arrived
    body,       ///< the header has, the body has not
    answering,  ///< a pool makes the answer
    writing,    ///< the client does not take what is written
    draining,   ///< everything is said; what the client still sends is thrown away
    closed,
  };

  void advance();
  void answer_what_arrived();
  void handle_request();
  bool answer_from_memory();
  void hand_over(Pool& pool);
  void make_answer() noexcept;
  void on_answer();
  void refuse(const Refusal& refusal);
  void say_continue();
  void send(const http::Response& response, bool from_parser);
  void log_access(int status, std::size_t bytes);

  void read();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void make_room();
  bool flush();
  void write_rest(std::size_t written);
  void drain();
  void close() noexcept;

  void enter(Phase phase);
  std::chrono::milliseconds patience(Phase phase) const noexcept;
  std::size_t unparsed() const noexcept { return in_end_ - in_begin_; }

  IoLoop& loop_;
  Shared& shared_;
  Socket socket_;
  std::string remote_address_;
  const bool is_trusted_proxy_;
  RequestParser parser_;
  http::Response answer_{};  // made by a pool

  std::vector<char> in_;  // [in_begin_, in_end_) has not been parsed
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::string out_{};     // answers that wait to be written
  std::string flying_{};  // what the kernel did not take at once

  Phase phase_ = Phase::closed;
  SteadyClock::time_point deadline_{};
  SteadyClock::time_point request_begun_{};
  std::size_t requests_ = 0;
  std::size_t drained_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool answering_ = false;
  bool needs_input_ = false;
  bool continue_said_ = false;
  bool last_ = false;            // the connection closes behind what stands in out_
  bool may_be_sending_ = false;  // refused in the middle of what the client sends
};

}  // namespace restjwt::server
