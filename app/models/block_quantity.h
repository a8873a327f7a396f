// What can be said of a block in one number: the list that colours the ribbon, fills its choice and writes its
// tooltips.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/skip.h"

#include <QString>

#include <optional>
#include <vector>

namespace reslens::models {

/// Everything known of one block; what has not arrived yet is null.
struct BlockNumbers {
    const analysis::BlockContribution *forward = nullptr;
    const analysis::BlockFlow *gradient = nullptr;
    nn::BlockScale scale;
};

struct BlockQuantity {
    enum class Needs { Nothing, Forward, Gradient };
    /// Which values the ends of a colour scale stand for.
    enum class Span {
        FromZero,  // 0 and the largest
        AboutZero, // signed: minus and plus the largest magnitude
        Extremes,  // the smallest and the largest
    };
    using Value = std::optional<double> (*)(const BlockNumbers &numbers);

    const char *id;  // stays the same from version to version
    QString name;    // "alignment"
    QString formula; // "cos(s, F)"
    Needs needs;
    Span span;
    Value value; // nothing where it is not known, not defined or not finite

    bool isSigned() const { return span == Span::AboutZero; }
    bool isNothing() const { return value == nullptr; }
};

/// The first one is "none": no colour.
const std::vector<BlockQuantity> &blockQuantities();
/// "none" for an unknown id.
const BlockQuantity &blockQuantity(const QString &id);

/// The values at the two ends of a scale.
struct QuantityRange {
    double low = 0, high = 1;
};
/// Nothing where no value is known.
std::optional<QuantityRange> rangeOf(const std::vector<std::optional<double>> &values, BlockQuantity::Span span);

/// Four significant digits: "0.4528", "-1.2e-05".
QString numberText(double value);

} // namespace reslens::models
