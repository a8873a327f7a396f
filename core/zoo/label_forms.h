// The forms in which people keep the names of classes.
#pragma once

#include "error/error.h"

#include <QString>

#include <string>
#include <vector>

namespace reslens::zoo {

/// Names in the order of the network's outputs, from one of these:
/// - JSON: ["cat", …], [["n01", "cat"], …], {"0": "cat"}, {"0": ["n01", "cat"]}, {"cat": 0}, or one of them as
/// "id2label";
/// - a Python dictionary of numbers and names, on one or many lines;
/// - lines with a number (from 0 or 1 on, in any order) or a WordNet id before each name, or a number behind it, such
/// as
///   CSV with or without a heading;
/// - lines with names alone.
/// Errors: Malformed (names the line, or the number that is missing or there twice).
Result<std::vector<std::string>> labelsIn(const QString &text, const std::string &subject);

} // namespace reslens::zoo
