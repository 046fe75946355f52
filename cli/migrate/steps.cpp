#include "cli/migrate/steps.hpp"

#include <algorithm>

namespace restjwt::cli::migrate {
namespace {

constexpr const char* ours = "http://127.0.0.1:8001";

bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
  });
}

/// For a shell.
std::string quoted(const std::string& text) {
  if (is_plain(text)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

/// The key in Python; its place has been proved to be one.
std::string expression(const SiteKey& key) {
  if (key.place == "settings.SECRET_KEY") return key.place;
  const auto bracket = key.place.find('[');
  const auto setting = key.place.substr(9, bracket == std::string::npos ? bracket : bracket - 9);
  const auto value = "settings.JWT_AUTH['" + setting + "']";
  if (bracket == std::string::npos) return value;
  const auto index = key.place.substr(bracket);
  return key.is_in_table ? "list(" + value + ".values())" + index : value + index;
}

/// A program that prints the key and one newline, which is cut again when the file is read: a key
/// may end in one of its own.
std::string python(const DjangoSite& site, const KeyFile& file) {
  auto key = expression(file.key);
  std::string imports = "from django.conf import settings; ";
  if (file.key.is_object) {
    const bool is_private = file.name.starts_with("jwt_private");
    imports += "from cryptography.hazmat.primitives.serialization import *; ";
    key += is_private ? ".private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()"
                      : ".public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()";
  }
  const bool python2 = version_of(site.python) < Version{3, 0, 0};
  if (file.key.is_bytes && !python2)
    return "import sys; " + imports + "sys.stdout.buffer.write(" + key + " + b'\\n')";
  if (python2) return "import sys; " + imports + "sys.stdout.write(" + key + " + '\\n')";
  return imports + "print(" + key + ")";
}

/// `manage.py shell -c` is there from Django 1.10 on.
std::string in_django(const DjangoSite& site, const std::string& program) {
  if (version_of(site.django) >= Version{1, 10, 0})
    return "python manage.py shell -c \"" + program + "\"";
  const bool known = is_plain(site.settings_module);
  return "DJANGO_SETTINGS_MODULE=" + (known ? site.settings_module : "mysite.settings") +
         " python -c \"" + program + "\"";
}

Step write_keys(const DjangoSite& site, const Mapping& mapping) {
  Step step{
      "In the Django project, write the keys into files that nobody else can read, and put them "
      "beside restjwt.toml. Do not copy them by hand through a terminal or a chat.",
      {}};
  for (const auto& file : mapping.key_files)
    step.commands.push_back("(umask 077; " + in_django(site, python(site, file)) + " > " +
                            file.name + ")");
  return step;
}

Step switch_proxy(const DjangoSite& site) {
  Step step{
      "Switch: in the proxy, send the token endpoints here and leave the rest with Django. For "
      "nginx:",
      {}};
  for (const auto& view : site.views.value_or(std::vector<SiteView>{})) {
    auto path = view.path;
    if (path.ends_with('$')) path.pop_back();
    const auto target = our_path(view.kind);
    if (target.empty() || !is_plain(path)) continue;
    step.commands.push_back("location = " + path + " { proxy_pass " + ours +
                            std::string(path == target ? "" : target) + "; }");
  }
  if (step.commands.empty())
    step.commands.push_back(
        std::string("location ~ ^/api-token-(auth|refresh|verify)/$ { proxy_pass ") + ours + "; }");
  return step;
}

}  // namespace

std::vector<Step> next_steps(const DjangoSite& site, const Mapping& mapping,
                             const PlanFiles& files) {
  const auto config = quoted(files.config.empty() ? "restjwt.toml" : files.config);
  const auto dump = quoted(files.dump);
  std::vector<Step> steps;
  if (files.config.empty())
    steps.push_back(
        {"Write the configuration:",
         {"restjwt migrate django plan --settings " + dump + " --output restjwt.toml"}});
  if (!mapping.is_complete())
    steps.push_back(
        {"Read what is NOT MAPPED above, decide, and finish the lines marked TO DO in " + config +
             ".",
         {}});
  if (!mapping.key_files.empty()) steps.push_back(write_keys(site, mapping));
  if (!site.database_url.empty())
    steps.push_back(
        {"As the owner of Django's tables, add restjwt's own beside them, and a trigger that ends "
         "sessions when Django changes a user; nothing of Django's is altered.",
         {"restjwt database migrate --config " + config}});
  steps.push_back(
      {"See whether the configuration is good, and serve beside Django. Same database, "
       "same secret: tokens and passwords are good on both sides.",
       {"restjwt config check --config " + config,
        "restjwt serve --config " + config + " --listen 127.0.0.1:8001"}});
  steps.push_back(
      {"Compare the answers for a while, Django at port 8000, from recorded requests, or with "
       "--listen 127.0.0.1:8002 in their place as a pass-through:",
       {"restjwt migrate django shadow --against http://127.0.0.1:8000 --requests "
        "requests.jsonl --config " +
        config}});
  steps.push_back(switch_proxy(site));
  steps.push_back(
      {"From time to time, and before going back, see that Django could take over:",
       {"restjwt migrate django rollback-check --settings " + dump + " --config " + config}});
  steps.push_back(
      {"The way back: undo the change in the proxy. Nothing else; users, passwords and "
       "tokens made meanwhile go on working.",
       {}});
  return steps;
}

}  // namespace restjwt::cli::migrate
