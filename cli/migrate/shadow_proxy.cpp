#include "cli/migrate/shadow_proxy.hpp"

#include <sys/socket.h>

#include <utility>

#include <boost/beast/http.hpp>

#include "cli/command.hpp"
#include "cli/migrate/shadow_wire.hpp"

namespace restjwt::cli::migrate {
namespace {

namespace h = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;
using Parser = h::request_parser<h::string_body>;
using Outgoing = h::response<h::string_body>;

constexpr std::size_t most_connections = 64;
constexpr std::chrono::seconds idle_time{60};

http::Request from_beast(const h::request<h::string_body>& message) {
  http::Request request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const auto question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
  for (const auto& field : message)
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  request.body = message.body();
  return request;
}

/// Every header and byte as they came; only how the body is framed is decided anew.
Outgoing to_beast(const Answer& answer, bool to_head) {
  const auto& [response, reason] = answer;
  Outgoing out;
  out.result(static_cast<unsigned>(response.status));
  out.reason(reason);
  const auto headers = end_to_end(response.headers);
  for (std::size_t i = 0; i < headers.size(); ++i)
    out.insert(std::string(headers[i].name), std::string(headers[i].value));
  out.body() = response.body;
  const auto length = response.headers.find("Content-Length");
  // To HEAD, and in 304, it is the length of a body that is not there.
  if ((to_head || response.status == 304) && length)
    out.set(h::field::content_length, std::string(*length));
  else if (!to_head && response.status != 204 && response.status != 304)
    out.content_length(response.body.size());
  return out;
}

Outgoing refusal(h::status status) {
  Outgoing out;
  out.result(status);
  out.set(h::field::content_type, "text/plain");
  out.body() = "restjwt migrate django shadow: " + std::string(out.reason()) + '\n';
  out.prepare_payload();
  return out;
}

}  // namespace

struct Proxy::Acceptor {
  boost::asio::io_context io;
  tcp::acceptor socket{io};
};

/// One client. Its thread runs from the beginning to done().
class Proxy::Connection {
 public:
  explicit Connection(Proxy& proxy) : proxy_(proxy) {}
  ~Connection() {
    if (thread_.joinable()) thread_.join();
  }

  tcp::socket& socket() { return wire_.stream().socket(); }
  void start() {
    thread_ = std::thread([this] { run(); });
  }
  bool done() const { return done_; }

  /// Nothing more is read; an answer that is under way is still written. Under the proxy's mutex,
  /// so that the socket is still open.
  void stop_reading() {
    if (!done_) ::shutdown(socket().native_handle(), SHUT_RD);
  }

 private:
  void run() {
    try {
      while (serve_one()) {
      }
    } catch (const std::exception&) {  // no memory: this client is lost, the others are not
    }
    const std::lock_guard lock(proxy_.mutex_);
    error_code ignored;
    socket().close(ignored);
    done_ = true;
    proxy_.changed_.notify_all();
  }

  /// One request and its answer. False: the connection is over.
  bool serve_one() {
    Parser parser;
    parser.body_limit(longest_body);
    parser.header_limit(longest_header);
    if (const auto error = read(parser)) return refuse(error);
    const bool keep = parser.get().keep_alive();
    const unsigned version = parser.get().version();
    auto request = from_beast(parser.get());

    const auto asked = std::chrono::steady_clock::now();
    auto reply = ask(proxy_.old_, request);
    auto out = reply ? to_beast(*reply, request.method == "HEAD") : refusal(h::status::bad_gateway);
    out.version(version);
    out.keep_alive(keep);
    const bool sent = write(out);
    proxy_.beside_.compare(std::move(request), std::move(reply), asked);
    return sent && keep;
  }

  /// What two servers could take for different requests.
  static bool is_ambiguous(const Parser& parser) {
    const auto& fields = parser.get();
    return (fields.count(h::field::transfer_encoding) != 0 && !parser.chunked()) ||
           fields.count(h::field::transfer_encoding) > 1 || fields.count(h::field::host) > 1;
  }

  error_code read(Parser& parser) {
    wire_.allow(idle_time);
    auto error = wire_.run([&](auto done) {
      h::async_read_header(wire_.stream(), wire_.buffer(), parser, std::move(done));
    });
    if (error) return error;
    if (is_ambiguous(parser)) return h::error::bad_transfer_encoding;
    if (boost::beast::iequals(parser.get()[h::field::expect], "100-continue")) {
      Outgoing go_on(h::status::continue_, 11);
      if (!write(go_on)) return boost::asio::error::broken_pipe;
    }
    wire_.allow(patience);
    return wire_.run(
        [&](auto done) { h::async_read(wire_.stream(), wire_.buffer(), parser, std::move(done)); });
  }

  bool refuse(error_code error) {
    if (error == h::error::body_limit) write_last(refusal(h::status::payload_too_large));
    else if (error == h::error::header_limit)
      write_last(refusal(h::status::request_header_fields_too_large));
    else if (error.category() == make_error_code(h::error::bad_version).category() &&
             error != h::error::end_of_stream && error != h::error::partial_message)
      write_last(refusal(h::status::bad_request));
    return false;
  }

  void write_last(Outgoing out) {
    out.keep_alive(false);
    write(out);
  }

  bool write(Outgoing& out) {
    wire_.allow(patience);
    return !wire_.run([&](auto done) { h::async_write(wire_.stream(), out, std::move(done)); });
  }

  Proxy& proxy_;
  Wire wire_;
  bool done_ = false;  // guarded by the proxy's mutex
  std::thread thread_;
};

Proxy::Proxy(const server::Address& address, Peer old, Beside& beside)
    : old_(std::move(old)), beside_(beside), acceptor_(std::make_unique<Acceptor>()) {
  const tcp::endpoint endpoint(boost::asio::ip::make_address(address.host), address.port);
  try {
    auto& socket = acceptor_->socket;
    socket.open(endpoint.protocol());
    socket.set_option(tcp::acceptor::reuse_address(true));
    socket.bind(endpoint);
    socket.listen();
  } catch (const boost::system::system_error& error) {
    throw Refused("cannot listen on " + address.text() + ": " + error.code().message());
  }
  thread_ = std::thread([this] { accept(); });
}

Proxy::~Proxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& connection : connections_) connection->stop_reading();
  }
  changed_.notify_all();
  ::shutdown(acceptor_->socket.native_handle(), SHUT_RDWR);  // ends the accept() of the thread
  thread_.join();
  connections_.clear();
}

std::uint16_t Proxy::port() const { return acceptor_->socket.local_endpoint().port(); }

void Proxy::accept() {
  while (true) {
    auto connection = std::make_unique<Connection>(*this);
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] {
        connections_.remove_if([](const auto& other) { return other->done(); });
        return stopping_ || connections_.size() < most_connections;
      });
      if (stopping_) return;
    }
    error_code error;
    acceptor_->socket.accept(connection->socket(), error);
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (error) {  // no descriptors left, say: some connections have to end first
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      continue;
    }
    connection->start();
    connections_.push_back(std::move(connection));
  }
}

}  // namespace restjwt::cli::migrate
