#pragma once
// The formats of stored passwords: which of Django's hashers read them, and whether we do.

#include <string>
#include <string_view>

#include "cli/migrate/django_site.hpp"

namespace restjwt::cli::migrate {

/// "pbkdf2_sha256", "unsalted_md5"; empty for what is no hash of Django's.
std::string_view hash_format(std::string_view encoded);

/// Checks a hash of that format, made by Django with a known password: the right password must be
/// taken and a wrong one refused. Takes tens of milliseconds.
bool self_test(std::string_view format);

/// Whether Django, with its PASSWORD_HASHERS and the libraries installed there, reads the format.
bool django_reads(const DjangoSite& site, std::string_view format);

}  // namespace restjwt::cli::migrate
