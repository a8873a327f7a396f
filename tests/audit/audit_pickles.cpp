// Reads pickles from standard input, each behind its 32-bit length, and writes a line for each: "decided" or
// "undecided", and every name that Python would import, as module:name in hexadecimal digits. differential_fuzz.py asks
// it.
#include "audit/pickle_audit.h"

#include <cstdio>

namespace {

std::string hexadecimal(const std::string &text)
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::string digits;
    for (const char c : text) {
        digits += kDigits[static_cast<unsigned char>(c) >> 4];
        digits += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return digits;
}

} // namespace

int main()
{
    std::uint32_t size = 0;
    std::vector<std::byte> pickle;
    while (std::fread(&size, sizeof size, 1, stdin) == 1) {
        pickle.resize(size);
        if (std::fread(pickle.data(), 1, size, stdin) != size)
            return 1;
        const auto audit = reslens::audit::auditPickle(pickle, 0, "pickle");
        std::string line = audit.undecided ? "undecided" : "decided";
        for (const auto &import : audit.imports)
            line += " " + hexadecimal(import.module) + ":" + hexadecimal(import.name);
        std::puts(line.c_str());
        std::fflush(stdout);
    }
    return 0;
}
