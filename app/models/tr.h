// Translates words in functions outside QObject classes; inside one, its own tr() applies.
#pragma once

#include <QCoreApplication>

namespace reslens {

/// `n` is the number in the text's %n.
inline QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("ResLens", text, nullptr, n);
}

} // namespace reslens
