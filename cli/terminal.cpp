#include "terminal.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>

#include <restjwt/unicode.hpp>

#include "command.hpp"

namespace restjwt::cli {
namespace {

bool is_harmless(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
  const bool bidirectional = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
                             c == 0x200E || c == 0x200F || c == 0x061C;
  return !control && !bidirectional;
}

std::string escaped(const char* format, unsigned value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

volatile std::sig_atomic_t caught_signal = 0;
void remember_signal(int number) { caught_signal = number; }

// While it lives the terminal does not show what is typed, and a signal only ends the waiting in
// has_input(): blocked everywhere else, it cannot slip in between looking and reading.
class SilentTerminal {
 public:
  SilentTerminal() {
    caught_signal = 0;
    if (tcgetattr(STDIN_FILENO, &shown_) != 0) throw Refused("the terminal cannot be asked");
    struct sigaction action {};
    action.sa_handler = remember_signal;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      sigaction(signals[i], &action, &before_[i]);
      sigaddset(&blocked, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, &mask_);
    termios silent = shown_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_cc[VSUSP] = _POSIX_VDISABLE;  // stopped, we would leave a silent terminal behind
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_);
    sigprocmask(SIG_SETMASK, &mask_, nullptr);  // what came meanwhile is remembered now
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before_[i], nullptr);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  /// Waits; false when a signal came.
  bool has_input() const {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ppoll(&input, 1, nullptr, &mask_) == 1;
  }

 private:
  static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  std::array<struct sigaction, signals.size()> before_{};
  sigset_t mask_{};
  termios shown_{};
};

// One line of the terminal, without its newline; false at its end.
bool read_line(std::string& line) {
  for (char c = 0;;) {
    const auto got = read(STDIN_FILENO, &c, 1);
    if (got <= 0) return false;
    if (c == '\n') return true;
    line += c;
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (!next.valid) {
      for (const char byte : text.substr(0, next.size))
        out += escaped("\\x%02x", static_cast<unsigned char>(byte));
    } else if (is_harmless(next.value)) {
      out += text.substr(0, next.size);
    } else {
      out += escaped("\\u%04x", next.value);
    }
    text.remove_prefix(next.size);
  }
  return out;
}

bool stdin_is_terminal() { return isatty(STDIN_FILENO) == 1; }

Secret read_stdin(std::size_t longest) {
  std::string bytes(longest + 1, '\0');  // never grows: growing would leave copies behind
  std::size_t size = 0;
  while (size < bytes.size()) {
    const auto got = read(STDIN_FILENO, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  Secret secret(std::string_view(bytes).substr(0, size));
  wipe(bytes);
  if (size > longest)
    throw Refused("standard input holds more than " + std::to_string(longest) + " bytes");
  return secret;
}

Secret read_stdin_line(std::size_t longest) {
  const Secret all = read_stdin(longest + 2);
  auto line = all.reveal();
  if (line.ends_with('\n')) line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  return Secret(line);
}

Secret ask_password(std::string_view prompt) {
  std::string line;
  line.reserve(4096);  // a terminal's line is not longer
  bool complete = false;
  {
    const SilentTerminal silent;
    std::cerr << prompt << std::flush;
    complete = silent.has_input() && read_line(line);
    std::cerr << '\n';
  }
  Secret password = Secret::take(std::move(line));
  if (caught_signal != 0) std::raise(caught_signal);
  if (!complete) throw Refused("no password was given");
  return password;
}

bool ask_yes_no(std::string_view question) {
  std::cerr << printable(question) << " [y/N] " << std::flush;
  std::string answer;
  return read_line(answer) && (answer == "y" || answer == "yes");
}

}  // namespace restjwt::cli
