#pragma once
// Room `auth`: who gets a token, for how long, when does it stop to count?
// Starts no thread, opens no socket, reads no clock of its own and no environment.
//
//   auth::Service service{{.settings = {.secret_key = secret, .allow_refresh = true}, .users =
//   users}}; auto grant = service.obtain("admin", password);   // Result<Grant> auto user  =
//   service.authenticate(grant->token);  // Result<UserPtr>

#include <restjwt/auth/directory.hpp>     // users in memory
#include <restjwt/auth/error.hpp>         // why somebody is not let in
#include <restjwt/auth/handlers.hpp>      // replaceable functions
#include <restjwt/auth/key_schedule.hpp>  // keys that take turns
#include <restjwt/auth/password.hpp>      // Django's hashes
#include <restjwt/auth/sealed_keys.hpp>   // all of them as one encrypted text
#include <restjwt/auth/service.hpp>       // obtain, verify, refresh, authenticate
#include <restjwt/auth/settings.hpp>      // every option
#include <restjwt/auth/user.hpp>          // User, UserStore
