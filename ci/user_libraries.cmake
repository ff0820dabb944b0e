# What programs of users are linked with, as archives, and pkg-config's descriptions of them in a build tree: for this
# machine, and in a cross build for the guests' (build/arm64/pkgconfig).
# --- the probe library: an archive, so that a program with probes runs where the harness is not installed -------------
add_library(harness_probe_archive STATIC $<TARGET_OBJECTS:harness_probe>)
set_target_properties(harness_probe_archive PROPERTIES OUTPUT_NAME harness-probe EXPORT_NAME probe)
target_include_directories(harness_probe_archive INTERFACE $<INSTALL_INTERFACE:include/harness>)
target_link_libraries(harness_probe_archive INTERFACE fiu pthread)
# And the runner that makes the roles of a program threads of one process, for ThreadSanitizer.
add_library(harness_threads_archive STATIC $<TARGET_OBJECTS:harness_threads>)
set_target_properties(harness_threads_archive PROPERTIES OUTPUT_NAME harness-threads EXPORT_NAME threads)
target_link_libraries(harness_threads_archive INTERFACE harness_probe_archive)
target_link_options(harness_threads_archive INTERFACE ${WRAPPED_BY_THREADS})
# And what guards slots of shared memory, in a program that is built with AddressSanitizer; without it, a header.
add_library(harness_slots_archive STATIC $<TARGET_OBJECTS:harness_slots>)
set_target_properties(harness_slots_archive PROPERTIES OUTPUT_NAME harness-slots EXPORT_NAME slots)
target_include_directories(harness_slots_archive INTERFACE $<INSTALL_INTERFACE:include/harness>)
# And the race detector between processes: what is compiled with its options is linked with it.
add_library(harness_race_archive STATIC $<TARGET_OBJECTS:harness_race>)
set_target_properties(harness_race_archive PROPERTIES OUTPUT_NAME harness-race EXPORT_NAME race)
target_compile_options(harness_race_archive INTERFACE ${COMPILE_OF_USERS_RACE})
target_link_options(harness_race_archive INTERFACE ${LINK_OF_USERS_RACE})
target_link_libraries(harness_race_archive INTERFACE ${RACE_BACKTRACE_BY_NAME} pthread rt)

set(PC_WRAPPED ${WRAPPED_BY_THREADS})
list(JOIN COMPILE_OF_USERS_RACE " " PC_RACE_CFLAGS)
list(JOIN LINK_OF_USERS_RACE " " PC_RACE_WRAPPED)
list(JOIN RACE_BACKTRACE_BY_NAME " " PC_RACE_BACKTRACE)
set(PC_PREFIX ${PROJECT_SOURCE_DIR})
set(PC_INCLUDE "\${prefix}/harness")
set(PC_LIBRARY ${PROJECT_BINARY_DIR})
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-probe.pc.in ${PROJECT_BINARY_DIR}/pkgconfig/harness-probe.pc @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-threads.pc.in ${PROJECT_BINARY_DIR}/pkgconfig/harness-threads.pc @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-slots.pc.in ${PROJECT_BINARY_DIR}/pkgconfig/harness-slots.pc @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/ci/harness-race.pc.in ${PROJECT_BINARY_DIR}/pkgconfig/harness-race.pc @ONLY)
add_dependencies(subjects harness_probe_archive harness_threads_archive harness_race_archive harness_slots_archive)
