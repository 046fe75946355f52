#include "cli/migrate/paragraph.hpp"

#include "cli/terminal.hpp"

namespace restjwt::cli::migrate {
namespace {
constexpr std::size_t columns = 100;
}

std::string paragraph(std::string_view label, std::string_view text, std::size_t indent) {
  std::string out = padded(label, indent);
  std::size_t column = out.size();
  bool first = true;
  const std::string safe = printable(text);
  for (std::string_view rest = safe; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!first && column + 1 + word.size() > columns) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      first = true;
    }
    out += (first ? "" : " ") + std::string(word);
    column += word.size() + (first ? 0 : 1);
    first = false;
  }
  return out + "\n";
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out = printable(text);
  if (out.size() < width) out.resize(width, ' ');
  return out;
}

}  // namespace restjwt::cli::migrate
