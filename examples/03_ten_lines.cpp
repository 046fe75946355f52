// The library as README.md shows it.

#include <iostream>

#include <restjwt/auth.hpp>
#include <restjwt/http.hpp>
#include <restjwt/storage/memory.hpp>

using namespace restjwt;

int main() {
  const Secret secret{"an example, 32 bytes or longer: 0123456789"};
  const Secret password{"abc123"};

  auto users = storage::open_memory();
  users->add({.username = "admin", .password = auth::make_password(password, {}, system_random())});

  auth::Service service{{.settings = {.secret_key = secret}, .users = *users}};

  http::Routes routes{auth::Profile::v1_0_1};
  http::add_token_routes(routes, service);
  routes.add("/me/", http::user_view(service, {http::jwt_authentication(service)}));

  http::Request request{.method = "GET", .path = "/me/"};
  const auto token = service.obtain("admin", password).value().token;
  request.headers.add("Authorization", "JWT " + token);
  const http::Response response = routes.answer(request);

  std::cout << response.status << ' ' << response.body << '\n';
}
