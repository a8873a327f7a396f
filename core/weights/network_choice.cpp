#include "weights/network_choice.h"

#include "error/printable.h"
#include "weights/naming_styles.h"

#include <algorithm>

namespace reslens::weights {

namespace {

std::string listed(const std::vector<NetworkInFile> &networks, std::size_t without)
{
    constexpr std::size_t kMostNamed = 16;
    std::string text;
    std::size_t named = 0;
    for (std::size_t i = 0; i < networks.size(); ++i)
        if (i != without && named++ < kMostNamed)
            text += (text.empty() ? "" : ", ") + inQuotes(networks[i].path());
    return named > kMostNamed ? text + " and " + std::to_string(named - kMostNamed) + " more" : text;
}

} // namespace

std::string NetworkInFile::path() const
{
    const std::string inner = prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
    if (dictionary.empty() && inner.empty())
        return ".";
    return dictionary + (dictionary.empty() || inner.empty() ? "" : ".") + inner;
}

std::vector<NetworkInFile> networksOf(std::span<const KeysOfDictionary> dictionaries)
{
    std::vector<NetworkInFile> networks;
    for (const KeysOfDictionary &dictionary : dictionaries) {
        const std::size_t first = networks.size();
        for (const NetworkPlace &place : networksIn(dictionary.keys)) {
            const bool isKnown = std::any_of(networks.begin() + std::ptrdiff_t(first), networks.end(),
                                             [&](const NetworkInFile &known) { return known.prefix == place.prefix; });
            if (!isKnown)
                networks.push_back({dictionary.path, place.prefix, place.keys});
        }
    }
    std::ranges::stable_sort(networks, {}, [](const NetworkInFile &network) { return isAverage(network.path()); });
    return networks;
}

Result<std::size_t> chooseNetwork(const std::vector<NetworkInFile> &networks, const std::string &wanted,
                                  const std::string &subject)
{
    if (wanted.empty())
        return 0;
    const std::string path = wanted.size() > 1 && wanted.ends_with('.') ? wanted.substr(0, wanted.size() - 1) : wanted;
    // From the strictest to the laxest: the whole path, its end, its beginning, a part of it.
    const auto fits = [&](const std::string &whole, int laxity) {
        const std::string dotted = "." + whole + ".";
        return laxity == 0   ? whole == path
               : laxity == 1 ? whole.ends_with("." + path)
               : laxity == 2 ? whole.starts_with(path + ".")
                             : dotted.find("." + path + ".") != std::string::npos;
    };
    for (int laxity = 0; laxity < 4; ++laxity)
        for (std::size_t i = 0; i < networks.size(); ++i)
            if (fits(networks[i].path(), laxity))
                return i;
    return fail(ErrorKind::InvalidInput, subject,
                "holds no residual network under " + inQuotes(wanted) +
                    (networks.empty() ? "" : "; it holds " + listed(networks, networks.size())));
}

std::string choiceNote(const std::vector<NetworkInFile> &networks, std::size_t chosen)
{
    if (chosen >= networks.size())
        return {};
    const NetworkInFile &network = networks[chosen];
    std::string text;
    if (!network.dictionary.empty())
        text = "the network stands under " + inQuotes(network.dictionary);
    if (!network.prefix.empty())
        text += (text.empty() ? "the network stands under the prefix " : ", prefix ") + inQuotes(network.prefix);
    if (networks.size() == 1)
        return text;
    return (text.empty() ? "the network at the top of the file is used" : text) +
           "; --weights takes another: " + listed(networks, chosen);
}

} // namespace reslens::weights
