# The race detector (harness/probe/race): how a program is compiled so that it tells of its accesses, and how it is
# linked with what they are told to, in place of the compiler's own ThreadSanitizer.
file(GLOB race_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/probe/race/*.cpp)
add_library(harness_race OBJECT ${race_sources})
# One object, so that a linker takes all of an archive of it or nothing: a wrapper without its neighbours is of no use.
set_target_properties(harness_race PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
target_include_directories(harness_race PRIVATE ${PROJECT_SOURCE_DIR}/harness)
# A C program links it too, so it needs no C++ library; and it must not watch itself.
target_compile_options(harness_race PRIVATE -O2 -fPIC -fno-exceptions -fno-rtti -fno-threadsafe-statics
  -fno-stack-protector -fvisibility=hidden -ftls-model=initial-exec -U_FORTIFY_SOURCE -fno-builtin -Wall -Wextra -Wshadow -Werror)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  target_compile_options(harness_race PRIVATE -mcx16)  # atomics of 16 bytes; every x86-64 since 2006 has it
endif()

file(STRINGS ${PROJECT_SOURCE_DIR}/harness/probe/race/wrapped.txt race_wrapped)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/probe/race/wrapped.txt)
list(TRANSFORM race_wrapped PREPEND "-Wl,--wrap=" OUTPUT_VARIABLE LINK_OF_RACE)
# What a shared library calls cannot be wrapped, and std::thread is in one.
set(LINK_OF_USERS_RACE -static-libstdc++ ${LINK_OF_RACE})

set(COMPILE_OF_RACE -fsanitize=thread -fno-omit-frame-pointer -DHARNESS_RACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC warns that ThreadSanitizer knows no fences, which this one does. And GCC 12 puts copies of a fixed size into the
  # code without telling of them.
  list(APPEND COMPILE_OF_RACE -Wno-tsan -fno-builtin-memcpy -fno-builtin-memset -fno-builtin-memmove)
endif()
# A user's compiler may be either, and each takes what is for the other: clang would tell that it does not know
# -Wno-tsan, and gcc passes over a -Wno- that it does not know.
set(COMPILE_OF_USERS_RACE -fsanitize=thread -fno-omit-frame-pointer -DHARNESS_RACE -Wno-tsan -Wno-unknown-warning-option
  -fno-builtin-memcpy -fno-builtin-memset -fno-builtin-memmove)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)  # clang calls libatomic, which tells of nothing, for 16 bytes otherwise
  list(APPEND COMPILE_OF_USERS_RACE -mcx16)
endif()

# Which lines: libbacktrace comes with gcc. Without it reports name addresses in the program file.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libbacktrace.a
  OUTPUT_VARIABLE RACE_BACKTRACE OUTPUT_STRIP_TRAILING_WHITESPACE)
set(RACE_BACKTRACE_BY_NAME)
if(IS_ABSOLUTE "${RACE_BACKTRACE}")  # it is asked for weakly, which takes nothing out of an archive
  set(asked -Wl,-u,backtrace_create_state,-u,backtrace_pcinfo)
  list(PREPEND RACE_BACKTRACE ${asked})
  set(RACE_BACKTRACE_BY_NAME ${asked} -lbacktrace)  # as an installation names it
else()
  set(RACE_BACKTRACE)
endif()
