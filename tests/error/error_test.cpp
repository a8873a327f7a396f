// Errors read as one sentence, wherever they are caught, and TRY hands them on.
#include "error/error.h"

#include <QTest>

#include <memory>

using namespace reslens;

namespace {

Result<int> half(int number)
{
    if (number % 2 != 0)
        return fail(ErrorKind::InvalidInput, std::to_string(number), "is odd");
    return number / 2;
}

Result<void> expectEven(int number)
{
    TRY(half(number));
    return {};
}

Result<std::string> quarterAsText(int number)
{
    TRY(expectEven(number));
    return std::to_string(TRY(half(TRY(half(number)))));
}

Result<std::unique_ptr<int>> owned(int number)
{
    auto value = std::make_unique<int>(TRY(half(number)));
    return value;
}

Result<int> takenFrom(int number)
{
    const std::unique_ptr<int> value = TRY(owned(number));
    return *value;
}

} // namespace

class ErrorTest : public QObject {
    Q_OBJECT

private slots:
    void a_message_names_the_subject_the_problem_and_the_place()
    {
        QCOMPARE(Error(ErrorKind::Malformed, "a.pth", "no zip archive", 12).message(),
                 std::string("a.pth: no zip archive (at byte 12)"));
        QCOMPARE(Error(ErrorKind::Cancelled, "", "cancelled").message(), std::string("cancelled"));
    }

    void whoever_catches_std_exception_reads_the_same_sentence()
    {
        try {
            throw Error(ErrorKind::Limit, "a.pth", "has 3 GiB; at most 2 GiB can be read");
        } catch (const std::exception &error) {
            QCOMPARE(error.what(), "a.pth: has 3 GiB; at most 2 GiB can be read");
        }
    }

    void try_gives_the_value_or_returns_the_error()
    {
        QCOMPARE(quarterAsText(12).value(), std::string("3"));
        const Result<std::string> oddHalf = quarterAsText(6);
        QVERIFY(!oddHalf);
        QCOMPARE(oddHalf.error().message(), std::string("3: is odd"));
        QCOMPARE(oddHalf.error().kind, ErrorKind::InvalidInput);
        QCOMPARE(quarterAsText(7).error().message(), std::string("7: is odd"));
    }

    void try_moves_values_that_cannot_be_copied()
    {
        QCOMPARE(takenFrom(8).value(), 4);
        QVERIFY(!takenFrom(9));
    }
};

QTEST_GUILESS_MAIN(ErrorTest)
#include "error_test.moc"
