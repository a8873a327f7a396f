#include "selftest/report.h"

#include <algorithm>

namespace reslens::selftest {

const Check *Report::firstWrong() const
{
    const auto wrong = std::find_if(checks.begin(), checks.end(), [](const Check &check) { return !check.isGood(); });
    return wrong == checks.end() ? nullptr : &*wrong;
}

const Check *Report::worst(Pass pass) const
{
    const Check *worst = nullptr;
    for (const Check &check : checks)
        if (check.pass == pass && (!worst || check.difference.relative > worst->difference.relative))
            worst = &check;
    return worst;
}

} // namespace reslens::selftest
