#include "storage/postgres/conninfo.hpp"

#include <algorithm>
#include <memory>

#include <libpq-fe.h>

namespace restjwt::storage::postgres {

Timeouts timeouts_of(const PostgresOptions& options) {
  return {options.connect_timeout, options.statement_timeout, options.lock_timeout};
}

ConnectionInfo::ConnectionInfo(const std::string& url, Timeouts timeouts) : timeouts_(timeouts) {
  struct Free {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
  };
  // Its error message would quote the URL, and the password with it.
  const std::unique_ptr<PQconninfoOption, Free> parsed(PQconninfoParse(url.c_str(), nullptr));
  if (!parsed)
    throw auth::StoreError(
        "the database's URL is none that PostgreSQL can read: "
        "postgresql://user:password@host:port/name");
  for (const auto* option = parsed.get(); option->keyword; ++option)
    if (option->val) set(option->keyword, option->val);

  set_default("fallback_application_name", "restjwt");
  // A connection whose other end is gone without a word is given up in time.
  set_default("keepalives_idle", "10");
  set_default("keepalives_interval", "3");
  set_default("keepalives_count", "3");
  set_default("tcp_user_timeout", std::to_string(timeouts.statement.count() + 1000));
  set("client_encoding", "UTF8");
}

std::vector<const char*> ConnectionInfo::keywords() const {
  std::vector<const char*> keywords;
  for (const auto& setting : settings_) keywords.push_back(setting.keyword.c_str());
  keywords.push_back(nullptr);
  return keywords;
}

std::vector<const char*> ConnectionInfo::values() const {
  std::vector<const char*> values;
  for (const auto& setting : settings_) values.push_back(setting.value.c_str());
  values.push_back(nullptr);
  return values;
}

std::string ConnectionInfo::reason(std::string_view message) const {
  const auto has = [&](const Setting& setting) {
    return setting.keyword.ends_with("password") && !setting.value.empty() &&
           message.find(setting.value) != message.npos;
  };
  if (std::ranges::any_of(settings_, has)) return "no connection";
  while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
  std::string line(message);
  std::ranges::replace(line, '\n', ' ');
  std::ranges::replace(line, '\t', ' ');
  return line;
}

void ConnectionInfo::set(std::string keyword, std::string value) {
  const auto known = std::ranges::find(settings_, keyword, &Setting::keyword);
  if (known != settings_.end()) known->value = std::move(value);
  else settings_.push_back({std::move(keyword), std::move(value)});
}

void ConnectionInfo::set_default(const char* keyword, std::string value) {
  if (std::ranges::find(settings_, keyword, &Setting::keyword) == settings_.end())
    set(keyword, std::move(value));
}

}  // namespace restjwt::storage::postgres
