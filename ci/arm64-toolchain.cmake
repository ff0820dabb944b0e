# Cross-compiles for arm64 with Debian's compiler. The C and C++ libraries are those of the cross packages; the other
# libraries come from Debian's arm64 archive, unpacked into build/arm64-sysroot by ci/arm64-sysroot.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

get_filename_component(HARNESS_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/arm64-sysroot ABSOLUTE)
if(NOT EXISTS ${HARNESS_SYSROOT}/packages)
  message(FATAL_ERROR "build/arm64-sysroot is not there; make it with ci/arm64-sysroot (or all of it with ci/arm64-image)")
endif()
set(CMAKE_FIND_ROOT_PATH ${HARNESS_SYSROOT} /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${HARNESS_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${HARNESS_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${HARNESS_SYSROOT}/usr/share/pkgconfig)
