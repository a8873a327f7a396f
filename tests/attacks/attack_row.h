// One hostile file and a phrase that its refusal must contain.
#pragma once

#include "weights/checkpoint_bytes.h"

#include <QElapsedTimer>
#include <QTest>

namespace reslens::test {

inline void attackColumns()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("phrase");
}

inline void attackRow(const char *name, const std::string &bytes, const char *phrase)
{
    QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size())) << QString(phrase);
}

/// Returns nothing if the file is refused within two seconds, in one line that contains `phrase`.
inline QByteArray attackFailure(const QByteArray &bytes, const QString &phrase)
{
    QElapsedTimer timer;
    timer.start();
    const QString error = QString::fromStdString(readError(bytes.toStdString()));
    if (timer.elapsed() > 2000)
        return "took " + QByteArray::number(timer.elapsed()) + " ms";
    if (error.isEmpty())
        return "was accepted";
    if (error.contains('\n') || !error.contains(phrase))
        return "said: " + error.toUtf8();
    return {};
}

} // namespace reslens::test
