#pragma once
// What the commands about users share.

#include <string>

#include "command.hpp"

namespace restjwt::cli {

/// Asks for a new password twice, or takes it from standard input (--password-stdin), and hashes
/// it. Throws Refused for one that could never log in.
std::string encoded_new_password(const Arguments& arguments, const server::Config& config,
                                 const OpenUsers& users);

/// Calls `action` for every user, page by page.
template <class Action>
void for_each_user(auth::UserStore& store, Action action) {
  constexpr std::size_t page = 500;
  std::optional<auth::UserId> after;
  for (auto users = store.list(after, page); !users.empty(); users = store.list(after, page)) {
    for (const auto& user : users) action(user);
    after = users.back().id;
  }
}

/// Everything but the hash.
Json to_json(const auth::User& user);

}  // namespace restjwt::cli
