// Errors read as one sentence wherever they are caught, and TRY propagates them.
#include "error/error.h"
#include "error/printable.h"

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

    void what_others_named_is_printed_on_one_line_and_as_it_is_written_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const char *what, QByteArray text, QByteArray shown) {
            QTest::newRow(what) << text << shown;
        };
        row("words", "Grüße, 猫 🐈 (tabby)", "Grüße, 猫 🐈 (tabby)");
        row("line ends", "a\nb\r\n", "a\\x0ab\\x0d\\x0a");
        row("an escape sequence", "\x1b[2J", "\\x1b[2J");
        row("a null", QByteArray("a\0b", 3), "a\\x00b");
        row("C1 control characters, which terminals obey as well",
            "\xc2\x9b"
            "2J",
            "\\u009b2J");
        row("text that is turned around", "exe.\u202egpj", "exe.\\u202egpj");
        row("isolates and marks", "\u2067a\u2069\u200f", "\\u2067a\\u2069\\u200f");
        row("line and paragraph separators", "a\u2028b\u2029", "a\\u2028b\\u2029");
        row("what cannot be seen", "a\u200bb\ufeff\U000e0041", "a\\u200bb\\ufeff\\ue0041");
        row("joiners, which scripts need", "\u06cc\u200c\u0647", "\u06cc\u200c\u0647");
        row("a byte that is no UTF-8", "caf\xe9", "caf\\xe9");
        row("a character that is cut off", "\xe7\x8c", "\\xe7\\x8c");
        row("an overlong form", "\xc0\xaf", "\\xc0\\xaf");
        row("half of a surrogate pair", "\xed\xa0\x80", "\\xed\\xa0\\x80");
        row("beyond Unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    }

    void what_others_named_is_printed_on_one_line_and_as_it_is_written()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(printable(text.toStdString())), shown);
        QCOMPARE(QByteArray::fromStdString(Error(ErrorKind::Io, text.toStdString(), "is odd").message()),
                 shown + ": is odd");
    }

    void a_long_name_is_shortened_between_characters()
    {
        QCOMPARE(printable("猫猫猫", 7), std::string("猫猫…"));
        QCOMPARE(printable("猫猫猫", 9), std::string("猫猫猫"));
        QCOMPARE(inQuotes(std::string(200, 'x')), "'" + std::string(120, 'x') + "…'");
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
