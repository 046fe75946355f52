// A token is made and read again; an expired one and a forged one are refused.

#include <iostream>

#include <restjwt/jose.hpp>

using namespace restjwt;
using namespace std::chrono_literals;

int main() {
  const Secret secret{"an example, 32 bytes or longer: 0123456789"};
  const TimePoint now{1'700'000'000s};  // pure functions take the time; system_clock() tells it

  const auto key = jose::SigningKey::from_secret(secret, jose::Algorithm::HS256).value();
  const std::string token =
      jose::encode(Json::object({{"sub", "42"}, {"exp", 1'700'000'300}}), key);
  std::cout << token << '\n';

  const jose::KeySet trusted(key.verification_key());
  if (auto seen = jose::decode(token, trusted, {}, now)) {
    std::cout << "sub is " << *seen->claims().subject() << '\n';
  }

  std::cout << "later:   " << jose::decode(token, trusted, {}, now + 300s).error().message()
            << '\n';
  std::string forged = token;
  forged.back() = forged.back() == 'A' ? 'E' : 'A';
  std::cout << "forged:  " << jose::decode(forged, trusted, {}, now).error().message() << '\n';
}
