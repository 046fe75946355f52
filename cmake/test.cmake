find_package(GTest REQUIRED)
include(GoogleTest)

# restjwt_test(ROOM SOURCES… LIBRARIES …): one test program per room. Tests run in the source tree's
# tests/ folder, where their data is.
function(restjwt_test room)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${room}_test ${arg_SOURCES})
  target_include_directories(${room}_test PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src
                                                  ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${room}_test PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${room}_test TEST_PREFIX ${room}. DISCOVERY_TIMEOUT 60
                       WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests PROPERTIES TIMEOUT 300)
endfunction()

# restjwt_pytests(PREFIX NAMES): one test for each test_*.py of the folder, PREFIX.… by its name; their
# names into the variable NAMES.
function(restjwt_pytests prefix names)
  file(GLOB files CONFIGURE_DEPENDS test_*.py)
  set(added "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    string(REPLACE "test_" "${prefix}." name ${name})
    add_test(NAME ${name}
             COMMAND /usr/bin/python3 -B -m pytest -q -rs -p no:cacheprovider ${file}
             WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND added ${name})
  endforeach()
  set_tests_properties(${added} PROPERTIES TIMEOUT 900)
  set(${names} ${added} PARENT_SCOPE)
endfunction()
