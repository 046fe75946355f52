#pragma once
// A change of keys from beginning to end, played on a copy of the keys with a clock that is moved,
// with real tokens: who would be logged out?

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <restjwt/auth/key_schedule.hpp>
#include <restjwt/auth/settings.hpp>
#include <restjwt/jose/validation.hpp>

namespace restjwt::cli::keys {

struct DrillStep {
  TimePoint at;
  std::string what;
  /// The keys that are not retired.
  std::vector<std::pair<std::string, auth::KeyState>> keys{};
  std::size_t unexpired = 0;  ///< tokens issued so far and not expired; each was decoded
};

class Drill {
 public:
  /// Begins with `keys`. The others must outlive it.
  Drill(auth::KeySchedule keys, const auth::Settings& settings, const auth::RotationRules& rules,
        TimePoint start);

  void play();
  const std::vector<DrillStep>& steps() const { return steps_; }
  /// What would have gone wrong; empty: nothing.
  const std::vector<std::string>& problems() const { return problems_; }
  std::size_t issued() const { return tokens_.size(); }

 private:
  struct Token {
    std::string text;
    std::string claims;
    std::string of;  ///< for people
  };
  using Change = std::function<auth::KeySchedule::Changed(const auth::KeySchedule&)>;

  void begin();
  void publish_successor();
  void rotate();
  void retire();

  std::optional<auth::KeyRefusal> change(const Change& change);
  std::optional<auth::KeyRefusal> try_to_rotate();
  std::optional<auth::KeyRefusal> try_to_retire();
  void issue(const auth::ScheduledKey& key, bool named);
  void issue_all();
  /// Tells the step, and looks at every token.
  void step(std::string what);
  std::size_t check_tokens();

  const auth::Settings& settings_;
  const auth::RotationRules& rules_;
  jose::Validation validation_;
  TimePoint now_;
  auth::KeySchedule schedule_;
  std::string old_{}, new_{};  // the kids of the change that is played
  std::vector<Token> tokens_{};
  std::vector<DrillStep> steps_{};
  std::vector<std::string> problems_{};
};

}  // namespace restjwt::cli::keys
