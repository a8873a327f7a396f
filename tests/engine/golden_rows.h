// Golden cases of one operation as the rows of a data-driven test.
#pragma once

#include "support/golden.h"

#include <QTest>

namespace reslens::test {

class GoldenRows {
public:
    /// Adds one row per case of `op`. Call it in a _data function.
    void add(const char *op)
    {
        QTest::addColumn<int>("index");
        m_cases = opCases(op);
        QVERIFY(!m_cases.empty());
        for (int i = 0; i < int(m_cases.size()); ++i)
            QTest::newRow(m_cases[i].name.c_str()) << i;
    }

    /// Returns the running row's case.
    const OpCase &current() const
    {
        QFETCH(int, index);
        return m_cases[index];
    }

private:
    std::vector<OpCase> m_cases;
};

} // namespace reslens::test
