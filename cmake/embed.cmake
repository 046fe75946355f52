# restjwt_embed(TARGET NAME FILE…): the text files as `restjwt::embedded::NAME`, an array of
# {name, text}, in the generated header <embedded/NAME.hpp>.
function(restjwt_embed target name)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.hpp)
  set(files ${ARGN})
  list(TRANSFORM files PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -D HEADER=${header} -D NAME=${name} "-DFILES=${files}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
