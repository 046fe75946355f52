// A whole site in one process, without a socket: a user, the login, a protected route. The views
// take and give plain values; a web framework's adapter is a few lines around routes.answer().

#include <iostream>

#include <restjwt/auth.hpp>
#include <restjwt/http.hpp>
#include <restjwt/storage/memory.hpp>

using namespace restjwt;
using namespace std::chrono_literals;

namespace {

http::Request request(std::string method, std::string path, std::string body = {}) {
  http::Request request{.method = std::move(method), .path = std::move(path)};
  request.headers.add("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

void show(const char* what, const http::Response& response) {
  std::cout << what << ": " << response.status << ' ' << response.body << '\n';
}

}  // namespace

int main() {
  auto users = storage::open_memory();
  const Secret password{"abc123"};
  users->add({.username = "admin", .password = auth::make_password(password, {}, system_random())});

  auth::Service service{{
      .settings = {.secret_key = Secret{"an example, 32 bytes or longer: 0123456789"}},
      .users = *users,
      .clock = [] { return TimePoint{1'700'000'000s}; },  // stands still, so that the output does
  }};

  http::Routes routes{auth::Profile::v1_0_1};
  http::add_token_routes(routes, service);
  routes.add("/protected-url/", http::user_view(service, {http::jwt_authentication(service)}));

  show("nobody", routes.answer(request("GET", "/protected-url/")));

  const auto login = routes.answer(
      request("POST", "/api-token-auth/", R"({"username": "admin", "password": "abc123"})"));
  show("login", login);

  const Json answer = parse_json(login.body).value();
  auto asked = request("GET", "/protected-url/");
  asked.headers.add("Authorization", "JWT " + answer.find("token")->as_string());
  show("admin", routes.answer(asked));

  asked.headers.set("Authorization", "JWT no.token.atall");
  show("forger", routes.answer(asked));
}
