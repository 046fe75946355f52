#pragma once
// Room `http`: which request is it, and what is answered? No sockets.
//
//   http::Routes routes{auth::Profile::v1_0_1};
//   http::add_token_routes(routes, service);
//   routes.add("/me/", http::user_view(service, {http::jwt_authentication(service)}));
//   http::Response response = routes.answer(request);

#include <restjwt/http/authentication.hpp>  // who is asking?
#include <restjwt/http/cors.hpp>            // which pages of other origins may read answers
#include <restjwt/http/key_routes.hpp>      // where others find our public keys
#include <restjwt/http/message.hpp>         // Request, Response
#include <restjwt/http/messages.hpp>        // what a client reads
#include <restjwt/http/parsers.hpp>         // bodies
#include <restjwt/http/routes.hpp>          // (path, method) → view
#include <restjwt/http/views.hpp>           // obtain, refresh, verify
