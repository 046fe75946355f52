#pragma once
// A JSON object that stays text: read once, as strictly as parse_json() reads, and looked up in
// place. Where nothing but a few members is wanted, this saves building the value. One of usual
// size (1.5 KiB, 24 members) allocates nothing.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <restjwt/inline_text.hpp>
#include <restjwt/json.hpp>

namespace restjwt {

/// A value in a JsonIndex. A view: it ends with the index, and when that is moved or assigned to.
class JsonView {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, string, array, object };

  JsonView(Kind kind, std::string_view text) noexcept : kind_(kind), text_(text) {}

  Kind kind() const noexcept { return kind_; }
  bool is_null() const noexcept { return kind_ == Kind::null; }
  bool is_bool() const noexcept { return kind_ == Kind::boolean; }
  bool is_int() const noexcept { return kind_ == Kind::integer; }
  /// true and false are not numbers here.
  bool is_number() const noexcept { return kind_ == Kind::integer || kind_ == Kind::real; }
  bool is_string() const noexcept { return kind_ == Kind::string; }
  bool is_array() const noexcept { return kind_ == Kind::array; }
  bool is_object() const noexcept { return kind_ == Kind::object; }

  /// Each throws std::bad_variant_access when the value is of another kind, as Json's do.
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;
  std::string_view as_string() const;

 private:
  void require(bool is_kind) const;

  Kind kind_;
  std::string_view text_;  // of a string its characters, of a number its digits, of true "true"
};

class JsonIndex {
 public:
  /// Of no text, and without members.
  JsonIndex() noexcept {}  // written out, or all of it would be zeroed first
  /// Nothing when the text is not an object that parse_json() would take.
  static std::optional<JsonIndex> read(std::string_view text);

  /// The same in place, of a text of that size which `write(char*)` puts where it is told. False
  /// also when that returns false; the index is then good for nothing but another read.
  template <class Write>
  bool read(std::size_t size, Write write) {
    return write(room_for(size)) && scan();
  }

  /// The text it was read from.
  std::string_view text() const noexcept { return room_.view().substr(0, text_size_); }
  /// How many members there are.
  std::size_t size() const noexcept { return members_; }
  std::optional<JsonView> find(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
  /// At most so many bytes outside the object.
  std::size_t heap_size() const noexcept { return room_.heap_size() + entries_.heap_size(); }

  /// Calls visit(JsonView) for each element of an array, until it returns false. Not called where
  /// the member is no array or is not there.
  template <class Visit>
  void for_each_item(std::string_view name, Visit visit) const {
    std::size_t i = number_of(name);
    for (++i; i < entries_.size() && entries_[i].is_item; ++i)
      if (!visit(value(entries_[i]))) return;
  }

 private:
  /// A part of room_.
  class Slice {
   public:
    Slice() noexcept = default;  // not zeroed
    Slice(std::size_t at, std::size_t size) noexcept : bits_(std::uint64_t{at} << 32 | size) {}
    std::size_t at() const noexcept { return bits_ >> 32; }
    std::size_t size() const noexcept { return bits_ & 0xFFFF'FFFF; }

   private:
    std::uint64_t bits_;  // as two halves it would be written twice and read back at once
  };
  struct Entry {
    Slice name;
    Slice value;
    JsonView::Kind kind;
    bool is_item;  // an element of the array in front of it, without a name
  };
  class Reader;

  /// The first ones inside the object. Copying costs what there is, not what would fit.
  class Entries {
   public:
    Entries() noexcept {}
    Entries(const Entries& other) : size_(other.size_), more_(other.more_) { copy_first(other); }
    Entries(Entries&& other) noexcept
        : size_(std::exchange(other.size_, 0)), more_(std::move(other.more_)) {
      copy_first(other);
    }
    Entries& operator=(Entries other) noexcept {
      size_ = other.size_;
      more_ = std::move(other.more_);
      copy_first(other);
      return *this;
    }
    ~Entries() = default;

    std::size_t size() const noexcept { return size_; }
    std::size_t heap_size() const noexcept { return more_.capacity() * sizeof(Entry); }
    const Entry& operator[](std::size_t i) const noexcept {
      return i < first_.size() ? first_[i] : more_[i - first_.size()];
    }
    Entry& back() noexcept { return more_.empty() ? first_[size_ - 1] : more_.back(); }
    Entry& add() {
      if (++size_ <= first_.size()) return first_[size_ - 1];
      return more_.emplace_back();
    }

   private:
    void copy_first(const Entries& other) noexcept {
      std::copy_n(other.first_.begin(), std::min(size_, first_.size()), first_.begin());
    }

    std::size_t size_ = 0;
    std::array<Entry, 24> first_;
    std::vector<Entry> more_{};
  };

  std::string_view view(Slice slice) const noexcept {
    return {room_.data() + slice.at(), slice.size()};
  }
  JsonView value(const Entry& entry) const noexcept { return {entry.kind, view(entry.value)}; }
  std::size_t number_of(std::string_view name) const noexcept;
  char* room_for(std::size_t size);
  bool scan();

  // The text, and behind it the characters of strings that were written with escapes.
  InlineText<1536> room_;
  std::size_t text_size_ = 0;
  std::size_t members_ = 0;
  Entries entries_;
};

}  // namespace restjwt
