#include "server/header_scan.hpp"

namespace restjwt::server {

using Verdict = HeaderScan::Verdict;

Verdict HeaderScan::look(std::string_view block) noexcept {
  for (;;) {
    const auto line_feed = block.find('\n', looked_at_);
    if (line_feed == std::string_view::npos) {
      looked_at_ = block.size();
      return check_length(block.size() - line_begin_, block.size());
    }
    looked_at_ = line_feed + 1;
    const auto line = block.substr(line_begin_, line_feed - line_begin_);
    if (line.empty() || line.back() != '\r') return Verdict::bare_line_feed;
    if (const auto verdict = check_line(line.substr(0, line.size() - 1));
        verdict != Verdict::incomplete)
      return verdict;
    line_begin_ = looked_at_;
    if (in_start_line_) fields_begin_ = line_begin_;
    in_start_line_ = false;
  }
}

Verdict HeaderScan::check_line(std::string_view line) noexcept {
  if (!in_start_line_) {
    if (line.empty()) return Verdict::complete;
    if (line.front() == ' ' || line.front() == '\t') return Verdict::folded_line;
    if (++field_count_ > limits_.max_header_count) return Verdict::too_many_fields;
  }
  return check_length(line.size(), looked_at_);
}

Verdict HeaderScan::check_length(std::size_t line_size, std::size_t end) const noexcept {
  if (in_start_line_)
    return line_size > limits_.max_request_line ? Verdict::start_line_long : Verdict::incomplete;
  if (line_size > limits_.max_header_line) return Verdict::field_long;
  if (end - fields_begin_ > limits_.max_header_size) return Verdict::block_long;
  return Verdict::incomplete;
}

}  // namespace restjwt::server
