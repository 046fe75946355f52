#pragma once
// What is particular to recorded exchanges of djangorestframework-simplejwt: its settings as ours,
// and how the claims of our tokens may differ from those recorded.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/pair_settings.hpp>
#include <restjwt/json.hpp>

#include "server/replay_exchange.hpp"

namespace restjwt::test {

/// The settings of the recorded site with these changes: name → Python source. Throws
/// std::invalid_argument for a name it does not know.
auth::PairSettings recorded_pairs(const std::map<std::string, std::string>& changes);

/// Takes over the recorded id where ours is a fresh one of the same form, and takes out of `ours`
/// the two claims that name the session; says in `found` where these are not what they should be.
/// `sent`: the bytes of our request.
void take_over_pair_claims(Json& ours, const Exchange::Issued& issued, const Exchange& recorded,
                           std::string_view sent, std::vector<std::string>& found);

}  // namespace restjwt::test
