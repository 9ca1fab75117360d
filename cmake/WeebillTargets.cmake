# The kinds of target that Weebill has. Include folders are the project's root and, for generated headers, its twin in the build folder.

function(weebill_configure name)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  # GCC 12 sees overlaps in every string + string once it inlines (its bug 105651). Clang sees in every std::stable_sort that GCC 12's library
  # uses a function of its own that C++17 deprecates.
  target_compile_options(${name} PRIVATE -Wall -Wextra $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
endfunction()

# MLIR and LLVM: shared libraries or, for a target whose property WEEBILL_STATIC is on, all their archives in one group, of which the linker takes
# what is called. Their names stand in a file, because there are more than 600.
file(GLOB archives ${LLVM_LIBRARY_DIR}/libMLIR*.a ${LLVM_LIBRARY_DIR}/libLLVM*.a)
list(JOIN archives "\n" archives)
set(archives_file ${CMAKE_BINARY_DIR}/mlir.archives)
file(CONFIGURE OUTPUT ${archives_file} CONTENT "--start-group\n${archives}\n--end-group\n-l:libzstd.a\n-l:libz.a\n")
add_library(WeebillMLIR INTERFACE)
target_link_libraries(WeebillMLIR INTERFACE "$<IF:$<BOOL:$<TARGET_PROPERTY:WEEBILL_STATIC>>,-Wl$<COMMA>@${archives_file},MLIR;LLVM>")

# A library that never sees MLIR: RTTI and exceptions on (Halide throws).
#   weebill_add_plain_library(WeebillKernels SOURCES A.cpp B.cpp LINK Halide::Halide)
function(weebill_add_plain_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_library(${name} STATIC ${arg_SOURCES})
  weebill_configure(${name})
  target_link_libraries(${name} PUBLIC ${arg_LINK})
endfunction()

# A library that uses MLIR: no RTTI, as Debian's LLVM is built. Exceptions stay on so that errors of plain libraries pass through.
#   weebill_add_mlir_library(WeebillPasses SOURCES A.cpp DEPENDS PassesIncGen LINK WeebillDialect)
function(weebill_add_mlir_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;DEPENDS")
  add_library(${name} STATIC ${arg_SOURCES})
  weebill_configure(${name})
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -fno-rtti)
  target_link_libraries(${name} PUBLIC ${arg_LINK} WeebillMLIR)
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
endfunction()

# A program that uses MLIR, in bin/.
#   weebill_add_mlir_tool(weebill-opt SOURCES weebill-opt.cpp LINK WeebillDialect)
function(weebill_add_mlir_tool name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  weebill_configure(${name})
  target_include_directories(${name} SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -fno-rtti)
  target_link_libraries(${name} PRIVATE ${arg_LINK} WeebillMLIR Threads::Threads)
endfunction()

# A GoogleTest program, registered with ctest. MLIR says whether its sources include MLIR headers, COMPILES that it spends its time in compilers.
# The others are built by `plain-tests` and have the label of that name: their sanitized build is small and quick enough for every run of the tests.
#   weebill_add_gtest(GgufTest SOURCES GgufTest.cpp LINK WeebillImport)
function(weebill_add_gtest name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "MLIR;COMPILES" "" "SOURCES;LINK")
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  weebill_configure(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest GTest::gtest_main Threads::Threads)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  if(arg_MLIR)
    target_compile_options(${name} PRIVATE -fno-rtti)
  elseif(NOT arg_COMPILES)
    add_dependencies(plain-tests ${name})
    set_tests_properties(${name} PROPERTIES LABELS plain-tests)
  endif()
endfunction()
