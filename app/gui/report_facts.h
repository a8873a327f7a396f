// The origin of a report's numbers: picture, model, device, objective, scales, residuals.
#pragma once

#include "analysis/ledger.h"
#include "gui/report.h"
#include "nn/objective.h"

#include <memory>

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// SHA-256 of the files in hex, computed off the GUI thread; empty without a file.
struct ReportHashes {
    QString picture, model;
};

/// Returns the facts of the current trace. If `ledger` is null, `whyNoLedger` says why.
std::vector<ReportFact> factsOf(session::Session &session, const ReportHashes &hashes, const analysis::Ledger *ledger,
                                const QString &whyNoLedger);

} // namespace reslens::gui
