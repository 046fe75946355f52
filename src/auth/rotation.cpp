#include <restjwt/auth/rotation.hpp>

namespace restjwt::auth {

Redeemed::Outcome judge(const std::optional<RefreshChain>& chain, const Redemption& presented) {
  using enum Redeemed::Outcome;
  if (!chain || presented.token == chain->head) return accepted;
  // A clock that is behind counts as within: the exchange cannot lie ahead.
  if (presented.token == chain->parent && presented.reuse_interval > std::chrono::seconds{0} &&
      presented.now - chain->exchanged <= presented.reuse_interval)
    return repeated;
  if (presented.others_refresh && presented.issued > chain->child.issued) return accepted;
  return reused;
}

RefreshChain exchanged(const Redemption& presented) {
  return {.head = presented.child_token,
          .parent = presented.token,
          .child = *presented.child,
          .exchanged = presented.now,
          .client = presented.session.client};
}

}  // namespace restjwt::auth
