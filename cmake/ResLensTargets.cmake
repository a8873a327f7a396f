# One function per kind of target, so that every folder's CMakeLists.txt is a list of files and links.

function(reslens_compile_options target)
    # -Wno-missing-field-initializers: designated initialisers leave members at their defaults on purpose.
    # -Wno-restrict: GCC 12 warns wrongly on `"x" + std::to_string(n)` (GCC bug 105329).
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
        -Winvalid-pch -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/core ${CMAKE_SOURCE_DIR}/app)
    if(RESLENS_SANITIZE)
        target_compile_options(${target} PUBLIC -fsanitize=${RESLENS_SANITIZE} -fno-omit-frame-pointer)
        target_link_options(${target} PUBLIC -fsanitize=${RESLENS_SANITIZE})
    endif()
endfunction()

# reslens_precompiled(NAME vulkan HEADERS <vector> ... LINK Vulkan::Vulkan): headers that are parsed once for all targets
# which say PRECOMPILED vulkan. Such a target defines at least the macros that LINK defines, and is position-independent
# if and only if LINK makes it so; otherwise the compiler ignores the precompiled headers, and says so (-Winvalid-pch).
function(reslens_precompiled)
    cmake_parse_arguments(ARG "" "NAME" "HEADERS;LINK" ${ARGN})
    set(source ${CMAKE_BINARY_DIR}/precompiled_${ARG_NAME}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "// Holds the precompiled headers \"${ARG_NAME}\".\n")
    add_library(reslens_precompiled_${ARG_NAME} STATIC ${source})
    reslens_compile_options(reslens_precompiled_${ARG_NAME})
    target_link_libraries(reslens_precompiled_${ARG_NAME} PUBLIC ${ARG_LINK})
    target_precompile_headers(reslens_precompiled_${ARG_NAME} PRIVATE ${ARG_HEADERS})
endfunction()

# reslens_use_precompiled(reslens_engine vulkan)
# GCC 12 then warns wrongly on more of the strings of its bug 105329, since it no longer knows that <string> is a system
# header; targets without precompiled headers keep these warnings.
function(reslens_use_precompiled target name)
    target_precompile_headers(${target} REUSE_FROM reslens_precompiled_${name})
    target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
        $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>)
endfunction()

# reslens_library(NAME nn SOURCES a.cpp b.cpp LINK reslens_tensor [PRECOMPILED qt]): the static library reslens_nn.
function(reslens_library)
    cmake_parse_arguments(ARG "" "NAME;PRECOMPILED" "SOURCES;LINK" ${ARGN})
    add_library(reslens_${ARG_NAME} STATIC ${ARG_SOURCES})
    reslens_compile_options(reslens_${ARG_NAME})
    target_link_libraries(reslens_${ARG_NAME} PUBLIC ${ARG_LINK})
    if(ARG_PRECOMPILED)
        reslens_use_precompiled(reslens_${ARG_NAME} ${ARG_PRECOMPILED})
    endif()
endfunction()

# reslens_test_shaders(TARGET some_test SHADERS a b): a.comp and b.comp of the current folder, for tests that plant faults;
# the test includes their SPIR-V as words, "a.spv.inc". They may include what those of the program include.
function(reslens_test_shaders)
    cmake_parse_arguments(ARG "" "TARGET" "SHADERS" ${ARGN})
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/faults)
    file(MAKE_DIRECTORY ${folder})
    foreach(name ${ARG_SHADERS})
        add_custom_command(OUTPUT ${folder}/${name}.spv.inc
            COMMAND ${GLSLC} --target-env=vulkan1.2 -mfmt=num -I ${CMAKE_SOURCE_DIR}/shaders/include
                    -MD -MF ${folder}/${name}.d -MT ${folder}/${name}.spv.inc
                    -o ${folder}/${name}.spv.inc ${CMAKE_CURRENT_SOURCE_DIR}/${name}.comp
            DEPENDS ${name}.comp
            DEPFILE ${folder}/${name}.d
            VERBATIM)
        list(APPEND words ${folder}/${name}.spv.inc)
    endforeach()
    add_custom_target(${ARG_TARGET}_shaders DEPENDS ${words})
    add_dependencies(${ARG_TARGET} ${ARG_TARGET}_shaders)
    target_include_directories(${ARG_TARGET} PRIVATE ${folder})
endfunction()

# reslens_test(NAME conv2d_test LINK reslens_engine [SOURCES extra.cpp] [LABELS gpu] [XVFB]): one Qt Test executable
# from NAME.cpp in the current folder. Tests see the source tree as RESLENS_SOURCE_DIR. XVFB: it opens real windows, on
# a virtual X server of its own, and leaves pictures of them in RESLENS_SCREENSHOTS.
function(reslens_test)
    cmake_parse_arguments(ARG "XVFB" "NAME" "SOURCES;LINK;LABELS" ${ARGN})
    add_executable(${ARG_NAME} ${ARG_NAME}.cpp ${ARG_SOURCES})
    # Not AUTOMOC, which costs each test a scan of its headers and a further file to compile.
    qt6_generate_moc(${ARG_NAME}.cpp ${CMAKE_CURRENT_BINARY_DIR}/moc/${ARG_NAME}.moc TARGET ${ARG_NAME})
    target_sources(${ARG_NAME} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/moc/${ARG_NAME}.moc)
    reslens_compile_options(${ARG_NAME})
    target_include_directories(${ARG_NAME} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_CURRENT_BINARY_DIR}/moc)
    target_compile_definitions(${ARG_NAME} PRIVATE RESLENS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${ARG_NAME} PRIVATE Qt6::Test ${ARG_LINK})
    set(precompiled test)
    if(ARG_LINK MATCHES "reslens_(widgets|window)")
        set(precompiled test_widgets)
    elseif(ARG_LINK MATCHES "reslens_(image|models|session)|Qt6::Gui")
        set(precompiled test_gui)
    endif()
    reslens_use_precompiled(${ARG_NAME} ${precompiled})
    set(command ${ARG_NAME})
    set(environment QT_LOGGING_TO_CONSOLE=1 RESLENS_SHARED=${CMAKE_SOURCE_DIR}/../shared)
    if(ARG_XVFB)
        set(command xvfb-run -a -s "-screen 0 1920x1200x24" $<TARGET_FILE:${ARG_NAME}>)
        list(APPEND environment QT_QPA_PLATFORM=xcb RESLENS_SCREENSHOTS=${CMAKE_BINARY_DIR}/screenshots)
    endif()
    add_test(NAME ${ARG_NAME} COMMAND ${command})
    set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600 ENVIRONMENT "${environment}")
    reslens_share_cores(${ARG_NAME} "${ARG_LABELS}")
    if(ARG_XVFB)
        set_tests_properties(${ARG_NAME} PROPERTIES RESOURCE_LOCK screen) # xvfb-run's search for a free one is no atomic act
    endif()
endfunction()

# ctest runs two tests at once (CMakePresets.json). lavapipe keeps both cores busy by itself, so the tests of the engine
# run alone.
function(reslens_share_cores name labels)
    if(labels MATCHES gpu)
        set_tests_properties(${name} PROPERTIES PROCESSORS 2)
    endif()
endfunction()

# reslens_test_again(NAME kernels_test AS kernels_test_group ENVIRONMENT A=b): the same executable once more.
function(reslens_test_again)
    cmake_parse_arguments(ARG "" "NAME;AS" "ENVIRONMENT" ${ARGN})
    get_test_property(${ARG_NAME} LABELS labels)
    get_test_property(${ARG_NAME} ENVIRONMENT environment)
    add_test(NAME ${ARG_AS} COMMAND ${ARG_NAME})
    set_tests_properties(${ARG_AS} PROPERTIES LABELS "${labels}" TIMEOUT 600
        ENVIRONMENT "${environment};${ARG_ENVIRONMENT}")
    reslens_share_cores(${ARG_AS} "${labels}")
endfunction()
