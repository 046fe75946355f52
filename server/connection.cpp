#include "server/connection.hpp"

#include <algorithm>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "server/log.hpp"
#include "server/response_writer.hpp"

namespace restjwt::server {

namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t small_buffer = 4 * 1024;
// Pipelined answers are collected up to here, then written before more is parsed.
constexpr std::size_t enough_output = 256 * 1024;
// A client that is refused may still be sending. Closing with unread bytes would reset the
// connection and could take the answer away from it (RFC 9112 §9.6).
constexpr std::size_t most_drained = 1024 * 1024;
constexpr milliseconds longest_drain{2'000};
// How long a stop waits for the first request of a connection that was accepted before.
constexpr milliseconds first_request_grace{250};

std::string address_of(const Socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

bool is_good_request_id(std::string_view id) noexcept {
  constexpr std::string_view marks = "._-";
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

}  // namespace

Connection::Connection(IoLoop& loop, Socket socket)
    : loop_(loop),
      shared_(loop.shared()),
      socket_(std::move(socket)),
      remote_address_(address_of(socket_)),
      is_trusted_proxy_(contains(shared_.trusted_proxies, remote_address_)),
      parser_(shared_.limits),
      in_(small_buffer) {
  ++shared_.connections;
}

Connection::~Connection() {
  --shared_.connections;
  if (!is_linked()) return;
  unlink();
  loop_.finish_if_done();
}

void Connection::start() {
  loop_.watch(*this);
  error_code error;
  socket_.non_blocking(true, error);
  socket_.set_option(net::ip::tcp::no_delay(true), error);
  enter(Phase::idle);
  read();
}

// The loop of the connection. Returns once something is under way that will come back to it.
void Connection::advance() {
  for (;;) {
    answer_what_arrived();
    if (!flush() || answering_) return;
    if (last_) return drain();
    if (needs_input_) return read();
  }
}

void Connection::answer_what_arrived() {
  needs_input_ = false;
  while (!answering_ && !last_ && out_.size() < enough_output) {
    in_begin_ += parser_.feed({in_.data() + in_begin_, unparsed()});
    switch (parser_.state()) {
      case RequestParser::State::complete:
        handle_request();
        break;
      case RequestParser::State::refused:
        refuse(parser_.refusal());
        break;
      case RequestParser::State::body:
        say_continue();
        enter(Phase::body);
        needs_input_ = true;
        return;
      case RequestParser::State::header:
        // Empty lines begin no new wait, or a client could hold its place with them for ever.
        enter(unparsed() == 0 && phase_ != Phase::header ? Phase::idle : Phase::header);
        // Between two requests a server that stops has nothing more to say.
        last_ = phase_ == Phase::idle && requests_ > 0 &&
                shared_.stopping.load(std::memory_order_relaxed);
        needs_input_ = true;
        return;
    }
  }
}

void Connection::handle_request() {
  auto& request = parser_.request();
  const auto given_id = request.headers.find("X-Request-Id");
  if (given_id && is_good_request_id(*given_id)) request.request_id = *given_id;
  else request.request_id = loop_.next_request_id();
  request.remote_address =
      is_trusted_proxy_
          ? forwarded_client(request.headers.joined("X-Forwarded-For"), shared_.trusted_proxies)
          : remote_address_;
  if (shared_.log.access_enabled()) request_begun_ = SteadyClock::now();
  ++requests_;
  last_ = !parser_.keep_alive() || requests_ >= shared_.limits.max_requests_per_connection ||
          shared_.stopping.load(std::memory_order_relaxed);
  switch (shared_.routes.cost(request)) {
    case http::Cost::fast:
      if (!answer_from_memory()) hand_over(*shared_.workers);
      break;
    case http::Cost::slow:
      hand_over(*shared_.workers);
      break;
    case http::Cost::hashing:
      if (!answer_from_memory()) hand_over(*shared_.hashers);
      break;
  }
}

bool Connection::answer_from_memory() {
  const auto answer = shared_.routes.answer(parser_.request(), auth::Reach::memory);
  if (answer) send(*answer, true);
  return answer.has_value();
}

// The request stays where it is: until on_answer() nothing here touches it.
void Connection::hand_over(Pool& pool) {
  enter(Phase::answering);
  answering_ = pool.try_post([self = shared_from_this()]() mutable {
    self->make_answer();
    // Moved, so that the connection dies on the thread of its loop.
    auto& loop = self->loop_;
    loop.post([self = std::move(self)] { self->on_answer(); });
  });
  if (answering_) return;
  auto busy = shared_.routes.refuse(parser_.request(), 503, "The server is busy. Try again later.");
  busy.headers.set("Retry-After", "1");
  send(busy, true);
}

void Connection::make_answer() noexcept {
  try {
    answer_ = shared_.routes.answer(parser_.request());
  } catch (...) {  // not even memory for the error
    answer_ = http::Response{.status = 500};
  }
}

void Connection::on_answer() {
  answering_ = false;
  if (phase_ == Phase::closed) return;
  last_ = last_ || shared_.stopping.load(std::memory_order_relaxed);  // stop() came meanwhile
  send(answer_, true);
  if (!writing_) advance();
}

void Connection::refuse(const Refusal& refusal) {
  last_ = true;
  may_be_sending_ = true;
  if (shared_.log.access_enabled()) request_begun_ = SteadyClock::now();
  parser_.request().request_id = loop_.next_request_id();
  parser_.request().remote_address = remote_address_;
  send(shared_.routes.refuse(parser_.request(), refusal.status, refusal.detail), false);
}

void Connection::say_continue() {
  if (!parser_.expects_continue() || continue_said_) return;
  continue_said_ = true;
  out_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

void Connection::send(const http::Response& response, bool from_parser) {
  auto connection = Framing::Connection::implied;
  if (last_) connection = Framing::Connection::close;
  else if (from_parser && parser_.is_http_1_0()) connection = Framing::Connection::keep_alive;
  const auto before = out_.size();
  const auto& request = parser_.request();
  append_response(out_, response,
                  {.connection = connection,
                   .head = request.method == "HEAD",
                   .date = loop_.date(),
                   .request_id = request.request_id});
  log_access(response.status, out_.size() - before);
  parser_.next();
  continue_said_ = false;
  if (!writing_) phase_ = Phase::answering;  // whatever comes next begins a new wait
}

void Connection::log_access(int status, std::size_t bytes) {
  if (!shared_.log.access_enabled()) return;
  const auto& request = parser_.request();
  shared_.log.access(
      {.request_id = request.request_id,
       .remote_address = request.remote_address.empty() ? remote_address_ : request.remote_address,
       .method = request.method,
       .path = request.path,
       .status = status,
       .bytes = bytes,
       .duration = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() -
                                                                         request_begun_)});
}

void Connection::read() {
  make_room();
  reading_ = true;
  socket_.async_read_some(net::buffer(in_.data() + in_end_, in_.size() - in_end_),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            self->on_read(error, size);
                          });
}

void Connection::on_read(const error_code& error, std::size_t size) {
  reading_ = false;
  if (error || phase_ == Phase::closed) return close();
  if (phase_ == Phase::draining) {
    drained_ += size;
    return drained_ > most_drained ? close() : read();
  }
  in_end_ += size;
  advance();
}

// The parser bounds what stays unparsed, and with it this buffer.
void Connection::make_room() {
  if (unparsed() == 0 || phase_ == Phase::draining) {
    in_begin_ = in_end_ = 0;
    if (in_.size() > small_buffer) in_ = std::vector<char>(small_buffer);
  } else if (in_end_ == in_.size() && in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, unparsed());
    in_end_ -= in_begin_;
    in_begin_ = 0;
  } else if (in_end_ == in_.size()) {
    in_.resize(2 * in_.size());
  }
}

// True: all is written. Tries at once, since the kernel nearly always has room.
bool Connection::flush() {
  if (writing_) return false;
  if (out_.empty()) return true;
  error_code error;
  const auto written = socket_.write_some(net::buffer(out_), error);
  if (error && error != net::error::would_block) {
    close();
    return false;
  }
  if (written == out_.size()) {
    out_.clear();
    if (out_.capacity() > enough_output) out_ = {};
    return true;
  }
  write_rest(written);
  return false;
}

void Connection::write_rest(std::size_t written) {
  flying_.swap(out_);
  writing_ = true;
  enter(Phase::writing);
  net::async_write(socket_, net::buffer(flying_) + written,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     self->writing_ = false;
                     self->flying_.clear();
                     if (error || self->phase_ == Phase::closed) return self->close();
                     self->enter(Phase::answering);
                     self->advance();
                   });
}

void Connection::drain() {
  error_code error;
  // Everything has been read and nothing more is due: there is nothing to wait for.
  if (!may_be_sending_ && unparsed() == 0 && socket_.available(error) == 0) return close();
  socket_.shutdown(Socket::shutdown_send, error);
  enter(Phase::draining);
  if (!reading_) read();
}

void Connection::close() noexcept {
  phase_ = Phase::closed;
  error_code error;
  socket_.close(error);
}

void Connection::on_sweep(SteadyClock::time_point now) {
  if (now < deadline_) return;
  switch (phase_) {
    case Phase::header:
    case Phase::body:
      refuse({408, "The request took too long to arrive."});
      return advance();
    case Phase::idle:
    case Phase::writing:
    case Phase::draining:
      return close();
    case Phase::answering:
    case Phase::closed:
      return;
  }
}

void Connection::on_stop() {
  if (phase_ != Phase::idle && phase_ != Phase::draining) return;
  if (phase_ == Phase::idle && requests_ == 0) {
    // It has just come, and its first request may be on its way.
    deadline_ = std::min(deadline_, loop_.deadline_in(first_request_grace));
    return;
  }
  error_code error;
  // A request that has arrived unread is answered by the read that is under way.
  if (socket_.available(error) == 0 || error) close();
}

// A wait that goes on keeps its deadline.
void Connection::enter(Phase phase) {
  if (phase_ == phase) return;
  phase_ = phase;
  deadline_ = loop_.deadline_in(patience(phase));
}

milliseconds Connection::patience(Phase phase) const noexcept {
  switch (phase) {
    case Phase::idle:
      return shared_.limits.idle_timeout;
    case Phase::header:
      return shared_.limits.header_timeout;
    case Phase::body:
      return shared_.limits.body_timeout;
    case Phase::writing:
      return shared_.limits.write_timeout;
    case Phase::draining:
      return std::min(shared_.limits.write_timeout, longest_drain);
    default:
      return milliseconds::zero();  // a pool answers in its own time
  }
}

}  // namespace restjwt::server
