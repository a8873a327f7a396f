// A comparison as JSON and as text.
#pragma once

#include "cli/report.h"
#include "session/comparison.h"

#include <vector>

namespace reslens::cli {

struct Compared {
    QString nameOrPath; // as given
    Result<session::ModelSummary> summary;
};

Json compareJson(const QString &image, const std::vector<Compared> &all);
QString compareText(const QString &image, const std::vector<Compared> &all);

} // namespace reslens::cli
