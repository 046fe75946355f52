#pragma once
// Text that needs no allocation while it is short.

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace restjwt {

/// Up to `capacity` characters inside the object, more on the heap. Copying costs what the text is
/// long, not what would fit.
template <std::size_t capacity>
class InlineText {
 public:
  InlineText() noexcept {}
  explicit InlineText(std::string_view text) { assign(text); }
  InlineText(const InlineText& other) : InlineText(other.view()) {}
  InlineText(InlineText&& other) noexcept { take(other); }
  InlineText& operator=(const InlineText& other) {
    if (this != &other) assign(other.view());
    return *this;
  }
  InlineText& operator=(InlineText&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~InlineText() = default;

  /// `text` must not be part of this one.
  void assign(std::string_view text) {
    char* to = resize(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
  }

  /// Makes it that long; what stood there is lost. Where to write the characters.
  char* resize(std::size_t size) {
    if (size > capacity) long_.resize(size);
    size_ = size;
    return data();
  }
  char* data() noexcept { return is_short() ? short_.data() : long_.data(); }
  const char* data() const noexcept { return is_short() ? short_.data() : long_.data(); }
  std::size_t size() const noexcept { return size_; }
  std::string_view view() const noexcept { return {data(), size_}; }
  /// At most so many bytes outside the object.
  std::size_t heap_size() const noexcept { return long_.capacity(); }

 private:
  bool is_short() const noexcept { return size_ <= capacity; }
  void take(InlineText& other) noexcept {
    size_ = std::exchange(other.size_, 0);
    long_ = std::move(other.long_);
    if (is_short()) std::memcpy(short_.data(), other.short_.data(), size_);
  }

  std::size_t size_ = 0;
  std::array<char, capacity> short_;
  std::string long_{};
};

}  // namespace restjwt
