#include <cstdint>
#include <cstdlib>

#include <restjwt/http/parsers.hpp>

// What is accepted is an object of texts in UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const bool semicolon : {false, true}) {
    const auto fields =
        http::parse_form_body(body, {.max_fields = 16, .semicolon_separates = semicolon});
    if (!fields) continue;
    for (const auto& [name, value] : fields->as_object())
      if (!value.is_string()) std::abort();
    const auto again = parse_json(to_text(*fields));
    if (!again || !(*again == *fields)) std::abort();
  }
  return 0;
}
