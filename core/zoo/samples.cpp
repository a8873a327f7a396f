#include "zoo/samples.h"

#include "zoo/resource_bytes.h"

namespace reslens::zoo {

std::vector<Sample> samples()
{
    constexpr std::pair<const char *, const char *> kTitles[] = {
        {"ship", "A cargo ship at sunset"},
        {"airplane", "An aeroplane in the sky"},
        {"automobile", "A red car on a country road"},
        {"truck", "A truck on the road"},
        {"frog", "A frog on mossy ground"},
        {"horse", "A horse on a meadow"},
    };
    std::vector<Sample> samples;
    for (const auto &[name, title] : kTitles)
        samples.push_back({name, title, kResourceRoot + ("samples/" + std::string(name)) + ".jpg"});
    return samples;
}

} // namespace reslens::zoo
