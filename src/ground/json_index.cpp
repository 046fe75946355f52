#include <restjwt/json_index.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <limits>
#include <variant>

#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include "ground/json_number.hpp"

namespace restjwt {
namespace {

using boost::json::error_code;
using Part = boost::json::string_view;

std::string_view std_view(Part part) { return {part.data(), part.size()}; }

}  // namespace

void JsonView::require(bool is_kind) const {
  if (!is_kind) throw std::bad_variant_access();
}

bool JsonView::as_bool() const {
  require(is_bool());
  return !text_.empty();
}

std::int64_t JsonView::as_int() const {
  require(is_int());
  std::int64_t value = 0;
  std::from_chars(text_.data(), text_.data() + text_.size(), value);
  return value;
}

double JsonView::as_double() const {
  require(is_number());
  if (is_int()) return static_cast<double>(as_int());
  const double zero = text_.starts_with('-') ? -0.0 : 0.0;  // what is too large was refused
  return nearest_double(text_, zero).value_or(zero);
}

std::string_view JsonView::as_string() const {
  require(is_string());
  return text_;
}

/// What Boost.JSON's parser calls. It hands out views into the text, or, of strings with escapes,
/// into a buffer of its own.
class JsonIndex::Reader {
 public:
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_object_size = max_array_size;
  static constexpr std::size_t max_string_size = max_array_size;
  static constexpr std::size_t max_key_size = max_array_size;

  Reader(JsonIndex& index, char* room)
      : index_(index), room_(room), end_(index.text_size_), unescaped_at_(end_) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_comment_part(Part, error_code&) { return true; }
  bool on_comment(Part, error_code&) { return true; }

  bool on_object_begin(error_code& ec) {
    if (depth_ > 0 && !put(JsonView::Kind::object, no_text, ec)) return false;
    ++depth_;
    if (depth_ == 2) in_listed_array_ = false;
    return true;
  }
  bool on_object_end(std::size_t size, error_code& ec) {
    --depth_;
    if (depth_ == 0) index_.members_ = size;
    const auto first = names_.end() - static_cast<std::ptrdiff_t>(size);
    if (has_equal(first, names_.end())) return refuse(ec, JsonErrc::duplicate_member);
    names_.erase(first, names_.end());
    return true;
  }
  bool on_array_begin(error_code& ec) {
    if (!put(JsonView::Kind::array, no_text, ec)) return false;
    ++depth_;
    if (depth_ == 2) in_listed_array_ = true;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --depth_;
    return true;
  }

  bool on_key_part(Part part, std::size_t, error_code&) { return append(part); }
  bool on_key(Part part, std::size_t, error_code&) {
    const Slice name = take(part);
    names_.push_back(name);
    if (depth_ == 1) add(name, no_text, JsonView::Kind::null, false);
    return true;
  }
  bool on_string_part(Part part, std::size_t, error_code&) { return append(part); }
  bool on_string(Part part, std::size_t, error_code& ec) {
    return put(JsonView::Kind::string, take(part), ec);
  }
  bool on_number_part(Part, error_code&) { return true; }
  bool on_int64(std::int64_t, Part part, error_code& ec) {
    return put(JsonView::Kind::integer, in_text(part), ec);
  }
  bool on_uint64(std::uint64_t, Part part, error_code& ec) {
    return put(JsonView::Kind::real, in_text(part), ec);
  }
  bool on_double(double roughly, Part part, error_code& ec) {
    if (!nearest_double(std_view(part), roughly)) return refuse(ec, JsonErrc::number_range);
    return put(JsonView::Kind::real, in_text(part), ec);
  }
  bool on_bool(bool value, error_code& ec) {
    // The parser gives no text here; whether there is any tells the two apart.
    return put(JsonView::Kind::boolean, {0, value ? std::size_t{1} : 0}, ec);
  }
  bool on_null(error_code& ec) { return put(JsonView::Kind::null, no_text, ec); }

 private:
  static bool refuse(error_code& ec, JsonErrc why) {
    ec = make_error_code(why);
    return false;
  }

  bool is_in_text(Part part) const {
    return std::less_equal<>()(room_, part.data()) &&
           std::less_equal<>()(part.data(), room_ + index_.text_size_);
  }

  Slice in_text(Part part) const {
    return {static_cast<std::size_t>(part.data() - room_), part.size()};
  }

  /// Characters without their escapes never take more room than with them.
  bool append(Part part) {
    if (!part.empty()) std::memcpy(room_ + end_, part.data(), part.size());
    end_ += part.size();
    return true;
  }

  /// A string that is complete: in the text as it stands, or put together behind it.
  Slice take(Part last) {
    if (end_ == unescaped_at_ && is_in_text(last)) return in_text(last);
    append(last);
    const Slice slice{unescaped_at_, end_ - unescaped_at_};
    unescaped_at_ = end_;
    return slice;
  }

  bool put(JsonView::Kind kind, Slice value, error_code& ec) {
    if (depth_ == 0) return refuse(ec, JsonErrc::syntax);  // JSON, but no object
    if (depth_ == 1) {
      Entry& member = index_.entries_.back();
      member.value = value;
      member.kind = kind;
    } else if (depth_ == 2 && in_listed_array_) {
      add(no_text, value, kind, true);
    }
    return true;
  }

  /// Member by member: an Entry made elsewhere and copied costs several times as much.
  void add(Slice name, Slice value, JsonView::Kind kind, bool is_item) {
    Entry& entry = index_.entries_.add();
    entry.name = name;
    entry.value = value;
    entry.kind = kind;
    entry.is_item = is_item;
  }

  template <class Iterator>
  bool has_equal(Iterator first, Iterator end) const {
    const auto name = [this](Slice slice) {
      return std::string_view(room_ + slice.at(), slice.size());
    };
    if (end - first <= 8) {
      for (auto later = first; later != end; ++later)
        for (auto earlier = first; earlier != later; ++earlier)
          if (name(*earlier) == name(*later)) return true;
      return false;
    }
    // Sorted, not hashed: a stranger chooses the names.
    std::ranges::sort(first, end, {}, name);
    return std::ranges::adjacent_find(first, end, {}, name) != end;
  }

  const Slice no_text{0, 0};
  JsonIndex& index_;
  char* room_;
  std::size_t end_;           // of what is written in the room
  std::size_t unescaped_at_;  // where the string begins that is being put together
  std::size_t depth_ = 0;
  bool in_listed_array_ = false;
  boost::container::small_vector<Slice, 48> names_;  // of the objects that are open
};

std::optional<JsonIndex> JsonIndex::read(std::string_view text) {
  std::optional<JsonIndex> index = JsonIndex();
  const auto write = [&](char* to) {
    text.copy(to, text.size());
    return true;
  };
  if (!index->read(text.size(), write)) index.reset();
  return index;
}

char* JsonIndex::room_for(std::size_t size) {
  text_size_ = size;
  members_ = 0;
  entries_ = {};
  return room_.resize(2 * size);  // room for the strings without their escapes
}

bool JsonIndex::scan() {
  if (text_size_ > std::numeric_limits<std::uint32_t>::max() / 2) return false;
  char* room = room_.data();
  boost::json::parse_options options;
  options.max_depth = JsonLimits().max_depth;
  boost::json::basic_parser<Reader> parser(options, *this, room);
  error_code error;
  return parser.write_some(false, room, text_size_, error) == text_size_ && !error;
}

std::size_t JsonIndex::number_of(std::string_view name) const noexcept {
  std::size_t i = 0;
  while (i < entries_.size() && (entries_[i].is_item || view(entries_[i].name) != name)) ++i;
  return i;
}

std::optional<JsonView> JsonIndex::find(std::string_view name) const noexcept {
  const std::size_t i = number_of(name);
  if (i == entries_.size()) return std::nullopt;
  return value(entries_[i]);
}

}  // namespace restjwt
