// Files inside the program, read in place.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace reslens::zoo {

/// Where they are for Qt: QImage(":/reslens/samples/ship.jpg").
inline constexpr char kResourceRoot[] = ":/reslens/";

/// The bytes of `path` below kResourceRoot; they live as long as the program. Empty if there is no such file.
std::span<const std::byte> resourceBytes(const std::string &path);

} // namespace reslens::zoo
