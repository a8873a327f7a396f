// Words for a person in functions that belong to no class of QObject; inside such classes, their own tr() is meant.
#pragma once

#include <QCoreApplication>

namespace reslens {

/// `n` is the number in the text's %n.
inline QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("ResLens", text, nullptr, n);
}

} // namespace reslens
