#include "models/defined.h"

#include "models/table.h"

#include <QCoreApplication>

#include <cmath>
#include <limits>

namespace reslens::models {

QVariant cellOf(double value)
{
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

QVariant cellOf(const analysis::Ratio &ratio)
{
    return ratio.isDefined ? cellOf(ratio.value) : QVariant();
}

double plotted(const analysis::Ratio &ratio)
{
    return ratio.isDefined ? ratio.value : std::numeric_limits<double>::quiet_NaN();
}

QString wordsOf(double value)
{
    return std::isfinite(value) ? cellText(value) : QCoreApplication::translate("Defined", "not defined");
}

QString wordsOf(const analysis::Ratio &ratio)
{
    return wordsOf(plotted(ratio));
}

} // namespace reslens::models
