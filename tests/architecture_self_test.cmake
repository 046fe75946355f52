# The check of the arrows can fail: each line below, alone in a tree, is found. Run as:
#   cmake -D SCRIPT=<architecture_test.cmake> -D SCRATCH=<folder> -P architecture_self_test.cmake
cmake_minimum_required(VERSION 3.25)

# expected: "passes", or what the complaint says
function(expect expected file text)
  file(REMOVE_RECURSE ${SCRATCH})
  file(WRITE ${SCRATCH}/${file} "${text}\n")
  execute_process(COMMAND ${CMAKE_COMMAND} -D ROOT=${SCRATCH} -P ${SCRIPT}
                  RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
  string(REGEX REPLACE "[ \n]+" " " said "${said}")  # CMake wraps its messages
  if(expected STREQUAL "passes")
    if(NOT code EQUAL 0)
      message(SEND_ERROR "${file} with ${text} should pass, but: ${said}")
    endif()
  elseif(code EQUAL 0 OR NOT said MATCHES "${expected}")
    message(SEND_ERROR "${file} with ${text} should be refused (${expected}), but (${code}): ${said}")
  endif()
  file(REMOVE_RECURSE ${SCRATCH})
endfunction()

expect(passes src/http/views.cpp "#include <restjwt/auth/service.hpp>\n#include \"http/negotiation.hpp\"")
expect(passes src/jose/key.cpp "#include <openssl/evp.h>\n#include <vector>\n#include <restjwt/secret.hpp>")
expect(passes include/restjwt/auth.hpp "#include <restjwt/auth/user.hpp>\n#include <restjwt/jose.hpp>")

expect("'jose' may not include room 'auth'" src/jose/key.cpp "#include <restjwt/auth/user.hpp>")
expect("'auth' may not include room 'storage'" include/restjwt/auth/a.hpp "#include <restjwt/storage/memory.hpp>")
expect("'auth' may not include room 'http'" include/restjwt/auth.hpp "#include <restjwt/http.hpp>")
expect("'storage' may not include room 'http'" src/storage/a.cpp "  #  include <restjwt/http/views.hpp>")
expect("'ground' may not include room 'jose'" include/restjwt/json.hpp "#include <restjwt/jose.hpp>")
expect("is private to room 'jose'" src/auth/a.cpp "#include \"jose/signature.hpp\"")
expect("includes public headers only" include/restjwt/jose/a.hpp "#include \"jose/signature.hpp\"")
expect("no third-party" include/restjwt/jose/a.hpp "#include <openssl/evp.h>")
expect("no third-party" include/restjwt/storage/a.hpp "#include <sqlite3.h>")
expect("'http' does not use <boost/beast.hpp>" src/http/a.cpp "#include <boost/beast.hpp>")
expect("'jose' does not use <argon2.h>" src/jose/a.cpp "#include <argon2.h>")
expect("nobody includes the programs" src/http/a.cpp "#include \"server/log.hpp\"")
expect("is in no room" src/utils/a.cpp "// nothing")
expect("reads no clock" src/auth/a.cpp "auto now = std::chrono::system_clock::now()")
expect("reads no clock" src/http/a.cpp "const char* home = std::getenv(\"HOME\")")
expect("no sources" README.md "nothing")
