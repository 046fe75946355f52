#include "cli/migrate/hash_formats.hpp"

#include <algorithm>
#include <array>

#include <restjwt/auth/password.hpp>

namespace restjwt::cli::migrate {
namespace {

struct Sample {
  std::string_view format;
  std::string_view encoded;
};

constexpr std::string_view sample_password = "abc123";
// Made by Django 3.2 (scrypt: by hashlib.scrypt, as Django 4.0 does).
constexpr Sample samples[] = {
    {"pbkdf2_sha256",
     "pbkdf2_sha256$260000$aiadesijn05tbaZba2gRVN$PwwXieMbmDT5UH4ze+supzqZA1Yq+Njgd4nm9JAo/uY="},
    {"pbkdf2_sha1", "pbkdf2_sha1$260000$5fap0Wwcv953XFOhk8QXlJ$0ybloGGOqDInKqFECGzu1dmO6w0="},
    {"argon2",
     "argon2$argon2id$v=19$m=102400,t=2,p=8$MmpKNjRsNllWTGZDczlwY2FYUmYzcQ$dRsMvHnsK2M/vfcbPl0yhw"},
    {"bcrypt_sha256", "bcrypt_sha256$$2b$12$HOm75QeCOQCYW3Hm2TGH.u11sfFufq/wu3IlvpHLRxMBUbX9VnQa6"},
    {"bcrypt", "bcrypt$$2b$12$yjo5bBRKS0iSPffXW9DJt.8gWu3X5ieEOlbcl1k0/hTBJ.Cv64.ke"},
    {"sha1", "sha1$DS4CKLsEwr0wXlpI4i8EPg$a4de2e9715ed16862c38ef28b61ffd12773b4b0e"},
    {"md5", "md5$jkGIHIerz7NXysSj4AsGMf$c8e247cf8cb418c2da03a33e6282b619"},
    {"unsalted_sha1", "sha1$$6367c48dd193d56ea7b0baad25b19455e529f5ee"},
    {"unsalted_md5", "e99a18c428cb38d5f260853678922e03"},
    {"crypt", "crypt$$CW3HfM/tcoDj2"},
    {"scrypt",
     "scrypt$16384$kMAWrCOagcDLQcv5Alv0c7$8$1$"
     "EGPYr7B5FoIOFWungJqMahqGlINAakxR6YneijqPOnuw9zOiMXjxKO+LdpjF5ISW9g0+3kAeUkvcl7Jp6dBltQ=="},
};

const Sample* sample_of(std::string_view format) {
  const auto found = std::ranges::find(samples, format, &Sample::format);
  return found == std::end(samples) ? nullptr : found;
}

}  // namespace

std::string_view hash_format(std::string_view encoded) {
  if (!auth::is_usable(encoded)) return {};
  const auto dollar = encoded.find('$');
  if (dollar == std::string_view::npos || encoded.starts_with("md5$$")) return "unsalted_md5";
  if (encoded.starts_with("sha1$$")) return "unsalted_sha1";
  const Sample* sample = sample_of(encoded.substr(0, dollar));
  return sample ? sample->format : std::string_view();
}

bool self_test(std::string_view format) {
  const Sample* sample = sample_of(format);
  return sample && auth::check_password(Secret(sample_password), sample->encoded) &&
         !auth::check_password(Secret("abc124"), sample->encoded);
}

bool django_reads(const DjangoSite& site, std::string_view format) {
  return std::ranges::any_of(site.hashers, [&](const SiteHasher& hasher) {
    return hasher.is_usable && hasher.algorithm == format;
  });
}

}  // namespace restjwt::cli::migrate
