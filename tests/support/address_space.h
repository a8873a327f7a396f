// Leaves a process hardly any address space, for tests of running out of memory.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace reslens::test {

/// A sanitizer needs more address space than could be left.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kCanLimitAddressSpace = false;
#else
constexpr bool kCanLimitAddressSpace = true;
#endif

/// Limits this process, while it lives, to `moreBytes` beyond its present address space.
class AddressSpaceLimit {
public:
    explicit AddressSpaceLimit(std::size_t moreBytes)
    {
        ::getrlimit(RLIMIT_AS, &m_before);
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limit = m_before;
        limit.rlim_cur = pages * std::size_t(::sysconf(_SC_PAGESIZE)) + moreBytes;
        ::setrlimit(RLIMIT_AS, &limit);
    }
    ~AddressSpaceLimit() { ::setrlimit(RLIMIT_AS, &m_before); }
    AddressSpaceLimit(const AddressSpaceLimit &) = delete;
    AddressSpaceLimit &operator=(const AddressSpaceLimit &) = delete;

private:
    rlimit m_before = {};
};

} // namespace reslens::test
