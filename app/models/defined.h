// How a number that may not be defined goes into tables, charts and sentences: never as if it were one.
#pragma once

#include "analysis/numbers.h"

#include <QString>
#include <QVariant>

namespace reslens::models {

/// An invalid QVariant where there is no number.
QVariant cellOf(double value);
QVariant cellOf(const analysis::Ratio &ratio);
/// NaN where there is none: a gap in a curve.
double plotted(const analysis::Ratio &ratio);
/// Four significant digits, or "not defined".
QString wordsOf(double value);
QString wordsOf(const analysis::Ratio &ratio);

} // namespace reslens::models
