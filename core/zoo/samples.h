// Pictures that come inside the program; tools/samples renders them.
#pragma once

#include <string>
#include <vector>

namespace reslens::zoo {

struct Sample {
    std::string name;  // ship
    std::string title; // A ship at sunset
    std::string path;  // for QImage, QFile and image::decodeFile: ":/reslens/samples/ship.jpg"
};

std::vector<Sample> samples();

} // namespace reslens::zoo
