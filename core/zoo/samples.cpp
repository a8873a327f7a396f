#include "zoo/samples.h"

#include "zoo/resource_bytes.h"

namespace reslens::zoo {

std::vector<Sample> samples()
{
    constexpr std::pair<const char *, const char *> kTitles[] = {
        {"ship", "A ship at sunset"},
        {"airplane", "An aeroplane above the clouds"},
        {"automobile", "A red car on a country road"},
        {"truck", "A truck in the evening"},
        {"frog", "A frog on a leaf"},
        {"horse", "A horse on a meadow"},
    };
    std::vector<Sample> samples;
    for (const auto &[name, title] : kTitles)
        samples.push_back({name, title, kResourceRoot + ("samples/" + std::string(name)) + ".jpg"});
    return samples;
}

} // namespace reslens::zoo
