#pragma once
// Whose answers and whose defaults: the releases that clients were written against.

namespace restjwt::auth {

enum class Profile {
  v1_0_1,   ///< djangorestframework-jwt 1.0.1 (2014), on DRF 2.4
  v1_11_0,  ///< djangorestframework-jwt 1.11.0 (2017), on DRF 3
  drf_jwt,  ///< the fork drf-jwt 1.17.3 (2020)
};

}  // namespace restjwt::auth
