// Nothing: the home of the precompiled header that all layers share (CMakeLists.txt).
