# cmake --install, and the package that CPack makes of it. The harness finds all of it from its own place, so a prefix
# can be moved. What is built by other presets (sanitizers, arm64) stays in the source tree.
include(GNUInstallDirs)
set(data share/harness)
set(programs libexec/harness)

install(TARGETS harness RUNTIME DESTINATION bin)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios/ DESTINATION ${data}/scenarios)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/reports/schemas DESTINATION ${data})
install(DIRECTORY ${PROJECT_BINARY_DIR}/subjects DESTINATION ${programs} USE_SOURCE_PERMISSIONS)
install(FILES ${PROJECT_SOURCE_DIR}/docs/harness.1 DESTINATION share/man/man1)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION share/doc/harness)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION share/doc/harness FILES_MATCHING PATTERN *.md)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/ci/examples DESTINATION share/doc/harness)

# Its words come from the program itself.
install(CODE "
  foreach(shell bash zsh)
    execute_process(COMMAND \"$<TARGET_FILE:harness>\" completion \${shell}
      OUTPUT_VARIABLE words COMMAND_ERROR_IS_FATAL ANY)
    if(shell STREQUAL bash)
      set(file share/bash-completion/completions/harness)
    else()
      set(file share/zsh/site-functions/_harness)
      set(words \"#compdef harness\\n\${words}\")
    endif()
    file(WRITE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${file}\" \"\${words}\")
  endforeach()")

# --- what programs of users are linked with (ci/user_libraries.cmake) --------------------------------------------------
install(TARGETS harness_probe_archive harness_threads_archive harness_race_archive harness_slots_archive
  EXPORT harness-probe
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT harness-probe NAMESPACE harness:: FILE harness-probeTargets.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/harness-probe)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/harness-probeConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
file(WRITE ${PROJECT_BINARY_DIR}/generated/harness-probeConfig.cmake
  "# find_package(harness-probe) gives harness::probe, harness::threads, harness::race and harness::slots\ninclude(\${CMAKE_CURRENT_LIST_DIR}/harness-probeTargets.cmake)\n")
install(FILES ${PROJECT_BINARY_DIR}/generated/harness-probeConfig.cmake
  ${PROJECT_BINARY_DIR}/generated/harness-probeConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/harness-probe)
install(FILES ${PROJECT_SOURCE_DIR}/harness/probe/probe.h ${PROJECT_SOURCE_DIR}/harness/probe/slots.h DESTINATION include/harness/probe)
# Preloaded into programs that use libfiu themselves, and into those whose signal handlers are watched.
install(TARGETS harness-probe harness-signal-safety LIBRARY DESTINATION ${programs})

# Paths relative to themselves.
set(PC_PREFIX "\${pcfiledir}/../..")
string(REGEX MATCHALL "/" slashes "${CMAKE_INSTALL_LIBDIR}")
foreach(slash IN LISTS slashes)
  string(APPEND PC_PREFIX "/..")
endforeach()
set(PC_INCLUDE "\${prefix}/include/harness")
set(PC_LIBRARY "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-probe.pc.in ${PROJECT_BINARY_DIR}/generated/harness-probe.pc @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-threads.pc.in ${PROJECT_BINARY_DIR}/generated/harness-threads.pc @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-slots.pc.in ${PROJECT_BINARY_DIR}/generated/harness-slots.pc @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-race.pc.in ${PROJECT_BINARY_DIR}/generated/harness-race.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/generated/harness-probe.pc ${PROJECT_BINARY_DIR}/generated/harness-threads.pc
  ${PROJECT_BINARY_DIR}/generated/harness-race.pc ${PROJECT_BINARY_DIR}/generated/harness-slots.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
# --- the pytest plug-in, which registers itself by its entry point ----------------------------------------------------
set(python lib/python3/dist-packages)
file(WRITE ${PROJECT_BINARY_DIR}/generated/METADATA
  "Metadata-Version: 2.1\nName: harness-pytest\nVersion: ${PROJECT_VERSION}\nRequires-Dist: pytest\n")
file(WRITE ${PROJECT_BINARY_DIR}/generated/entry_points.txt "[pytest11]\nharness = harness_pytest\n")
install(FILES ${PROJECT_SOURCE_DIR}/ci/pytest_plugin/harness_pytest.py DESTINATION ${python})
install(FILES ${PROJECT_BINARY_DIR}/generated/METADATA ${PROJECT_BINARY_DIR}/generated/entry_points.txt
  DESTINATION ${python}/harness_pytest-${PROJECT_VERSION}.dist-info)

# --- cpack in the build folder: a Debian package ----------------------------------------------------------------------
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME harness-ipc)
set(CPACK_PACKAGE_CONTACT "The harness authors <harness@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "fault injection and correctness tests for Linux IPC")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES OFF)  # stacks of subjects name their lines
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libfiu-dev, python3-pytest")
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
set(CPACK_THREADS 0)
include(CPack)
