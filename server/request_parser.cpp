#include "server/request_parser.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>

#include "server/header_scan.hpp"

namespace restjwt::server {

namespace beast = boost::beast;
using State = RequestParser::State;

namespace {

constexpr Refusal malformed{400, "Malformed request."};

Refusal refusal_of(HeaderScan::Verdict verdict) noexcept {
  switch (verdict) {
    case HeaderScan::Verdict::bare_line_feed:
      return {400, "A line does not end with CR LF."};
    case HeaderScan::Verdict::folded_line:
      return {400, "Header fields must not be folded."};
    case HeaderScan::Verdict::start_line_long:
      return {414, "The request line is too long."};
    case HeaderScan::Verdict::field_long:
      return {431, "A header field is too long."};
    case HeaderScan::Verdict::too_many_fields:
      return {431, "Too many header fields."};
    case HeaderScan::Verdict::block_long:
      return {431, "The header fields are too long."};
    default:
      return malformed;
  }
}

bool all_digits(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 3986 §3.2.2, without user information: what may stand in a Host field.
bool is_host(std::string_view text) noexcept {
  constexpr std::string_view marks = "-._~!$&'()*+,;=%:[]";
  const auto allowed = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != ':' && std::all_of(text.begin(), text.end(), allowed);
}

// Methods of other protocols whose requests look like HTTP (RTSP 1.0 §10). OPTIONS is one of both.
bool is_foreign_method(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 11> foreign{
      "ANNOUNCE", "DESCRIBE", "FLUSH", "GET_PARAMETER", "PAUSE",   "PLAY",
      "RECORD",   "REDIRECT", "SETUP", "SET_PARAMETER", "TEARDOWN"};
  return std::find(foreign.begin(), foreign.end(), method) != foreign.end();
}

bool names_other_version(std::string_view header) noexcept {
  const auto line = header.substr(0, header.find('\r'));
  if (line.size() < 8) return false;
  const auto version = line.substr(line.size() - 8);
  return version.substr(0, 5) == "HTTP/" && version.substr(5) != "1.0" &&
         version.substr(5) != "1.1";
}

// Beast's parser, writing into a Request. `refusal` is what our own checks found.
class Parser final : public beast::http::basic_parser<true> {
 public:
  Parser(const HttpLimits& limits, http::Request& request) : limits_(limits), request_(request) {
    eager(true);
    // Header sizes have been counted by HeaderScan before this parser sees them.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(limits.max_body_size);
  }

  std::optional<Refusal> refusal{};
  int version = 11;
  bool expects_continue = false;
  bool chunk_seen = false;
  const char* input_end = nullptr;  ///< of the bytes given to put()

 private:
  using Error = beast::error_code;

  void refuse(Error& ec, int status, std::string_view detail) {
    refusal = Refusal{status, detail};
    ec = beast::http::error::bad_value;
  }

  void on_request_impl(beast::http::verb verb, beast::string_view method, beast::string_view target,
                       int http_version, Error& ec) override {
    version = http_version;
    if (verb == beast::http::verb::connect || is_foreign_method({method.data(), method.size()}))
      return refuse(ec, 501, "This method is not implemented.");
    if (method == "PRI") return refuse(ec, 505, "HTTP/2 is not offered.");
    request_.method.assign(method.data(), method.size());
    if (!take_target({target.data(), target.size()})) refuse(ec, 400, "Malformed request target.");
  }

  // RFC 9112 §3.2: origin-form; absolute-form as if its path had been sent; "*" for OPTIONS.
  bool take_target(std::string_view target) {
    if (target.find('#') != std::string_view::npos) return false;
    if (target == "*" && request_.method == "OPTIONS") {
      request_.path = target;
      return true;
    }
    if (target.front() != '/' && !cut_authority(target)) return false;
    const auto query = std::min(target.find('?'), target.size());
    request_.path = target.substr(0, query);
    if (request_.path.empty()) request_.path = "/";
    request_.query = target.substr(std::min(query + 1, target.size()));
    return true;
  }

  static bool cut_authority(std::string_view& target) {
    const auto colon = target.find("://");
    if (colon == std::string_view::npos) return false;
    const auto scheme = target.substr(0, colon);
    if (!http::same_name(scheme, "http") && !http::same_name(scheme, "https")) return false;
    target.remove_prefix(colon + 3);
    const auto end = std::min(target.find_first_of("/?"), target.size());
    if (!is_host(target.substr(0, end))) return false;
    target.remove_prefix(end);
    return true;
  }

  void on_field_impl(beast::http::field field, beast::string_view beast_name,
                     beast::string_view beast_value, Error& ec) override {
    const std::string_view name{beast_name.data(), beast_name.size()};
    const std::string_view value{beast_value.data(), beast_value.size()};
    // Gateways turn "-" into "_": Authorization_ could pass for Authorization (CVE-2024-45614).
    if (name.find('_') != std::string_view::npos)
      return refuse(ec, 400, "Header names must not contain underscores.");
    if (is_header_done()) return;  // a trailer: RFC 9110 §6.5.1 lets us drop it
    check_framing(field, value, ec);
    if (!ec) request_.headers.add(name, value);
  }

  // What decides where this request ends and who it is for (RFC 9112 §6.3, §3.2).
  void check_framing(beast::http::field field, std::string_view value, Error& ec) {
    switch (field) {
      case beast::http::field::host:
        if (++hosts_ > 1 || !is_host(value)) refuse(ec, 400, "Invalid Host header.");
        break;
      case beast::http::field::content_length:
        // Beast takes lists and repetitions of one number.
        if (++lengths_ > 1 || !all_digits(value)) refuse(ec, 400, "Invalid Content-Length.");
        break;
      case beast::http::field::transfer_encoding:
        if (version < 11 || !http::same_name(value, "chunked"))
          refuse(ec, 400, "Invalid Transfer-Encoding.");
        break;
      case beast::http::field::expect:
        if (version < 11) break;  // RFC 9110 §10.1.1
        if (!http::same_name(value, "100-continue"))
          return refuse(ec, 417, "This expectation cannot be met.");
        expects_continue = true;
        break;
      default:
        break;
    }
  }

  void on_header_impl(Error& ec) override {
    if (version >= 11 && hosts_ == 0) refuse(ec, 400, "A Host header is required.");
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}

  std::size_t on_body_impl(beast::string_view part, Error&) override {
    request_.body.append(part.data(), part.size());
    return part.size();
  }

  void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions, Error& ec) override {
    chunk_seen = true;
    extension_bytes_ += extensions.size();
    if (extension_bytes_ > limits_.max_header_line)
      return refuse(ec, 400, "Chunk extensions are too long.");
    // Beast lets a quoted value hold a bare line feed, which others read as the end of the line.
    if (extensions.find('\n') != extensions.npos)
      return refuse(ec, 400, "A line does not end with CR LF.");
    if (size == 0) check_trailer(extensions.data() + extensions.size() + 2, ec);
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view part, Error& ec) override {
    return on_body_impl(part, ec);
  }

  void on_finish_impl(Error&) override {}
  void on_response_impl(int, beast::string_view, int, Error&) override {}

  // Beast calls us once the trailer's last line has arrived: its end is inside the buffer.
  void check_trailer(const char* begin, Error& ec) {
    HeaderScan scan(limits_, HeaderScan::Start::trailer);
    const auto verdict = scan.look({begin, static_cast<std::size_t>(input_end - begin)});
    if (verdict == HeaderScan::Verdict::complete) return;
    const auto found = refusal_of(verdict);
    refuse(ec, found.status, found.detail);
  }

  const HttpLimits& limits_;
  http::Request& request_;
  int hosts_ = 0;
  int lengths_ = 0;
  std::size_t extension_bytes_ = 0;
};

}  // namespace

struct RequestParser::Impl {
  explicit Impl(const HttpLimits& limits_given) : limits(limits_given) { start(); }

  void start() {
    request.clear();
    scan.emplace(limits);
    parser.emplace(limits, request);
    state = State::header;
  }

  void refuse(Refusal why) {
    refusal = why;
    state = State::refused;
  }

  std::size_t feed(std::string_view bytes);
  bool header_arrived(std::string_view bytes);
  std::size_t parse(std::string_view bytes);
  void fail(beast::error_code ec, std::string_view bytes);

  const HttpLimits& limits;
  http::Request request{};
  std::optional<HeaderScan> scan{};
  std::optional<Parser> parser{};
  State state = State::header;
  Refusal refusal{};
};

namespace {

// RFC 9112 §2.2: empty lines before a request line are ignored.
std::size_t empty_lines(std::string_view bytes) noexcept {
  std::size_t size = 0;
  while (bytes.substr(size, 2) == "\r\n") size += 2;
  return size;
}

}  // namespace

std::size_t RequestParser::Impl::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (state == State::header) {
    used = empty_lines(bytes);
    bytes.remove_prefix(used);
    if (!header_arrived(bytes)) return used;
  }
  // Beast asserts five bytes when it comes back to a last chunk; there is no shorter chunked body.
  if (state == State::body && parser->chunked() && !parser->chunk_seen && bytes.size() < 5)
    return used;
  return used + parse(bytes);
}

bool RequestParser::Impl::header_arrived(std::string_view bytes) {
  if (bytes.empty() || bytes == "\r") return false;
  const auto verdict = scan->look(bytes);
  if (verdict == HeaderScan::Verdict::complete) return true;
  if (verdict != HeaderScan::Verdict::incomplete) refuse(refusal_of(verdict));
  return false;
}

std::size_t RequestParser::Impl::parse(std::string_view bytes) {
  if (bytes.empty()) return 0;
  beast::error_code ec;
  parser->input_end = bytes.data() + bytes.size();
  const auto used = parser->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  const auto rest = bytes.substr(used);
  if (ec && ec != beast::http::error::need_more) {
    fail(ec, bytes);
  } else if (!parser->is_header_done()) {
    refuse(malformed);
  } else if (!parser->is_done()) {
    state = State::body;
    if (rest.size() > limits.max_header_size) refuse({431, "The trailer is too long."});
  } else if (!parser->keep_alive() && empty_lines(rest) != rest.size()) {
    // "The last one", and yet there is more: client and server do not agree on where it ended.
    refuse({400, "Data behind the last request of the connection."});
  } else {
    state = State::complete;
  }
  return used;
}

void RequestParser::Impl::fail(beast::error_code ec, std::string_view bytes) {
  if (parser->refusal) refuse(*parser->refusal);
  else if (ec == beast::http::error::body_limit) refuse({413, "The request body is too large."});
  else if (ec == beast::http::error::bad_version && names_other_version(bytes))
    refuse({505, "This HTTP version is not supported."});
  else refuse(malformed);
}

RequestParser::RequestParser(const HttpLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) { return impl_->feed(bytes); }
void RequestParser::next() { impl_->start(); }
State RequestParser::state() const noexcept { return impl_->state; }
const Refusal& RequestParser::refusal() const noexcept { return impl_->refusal; }
http::Request& RequestParser::request() noexcept { return impl_->request; }
bool RequestParser::keep_alive() const noexcept { return impl_->parser->keep_alive(); }
bool RequestParser::is_http_1_0() const noexcept { return impl_->parser->version == 10; }
bool RequestParser::expects_continue() const noexcept { return impl_->parser->expects_continue; }

}  // namespace restjwt::server
