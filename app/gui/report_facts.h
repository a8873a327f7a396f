// What a report says about where its numbers come from: picture, model, device, objective, scales, residuals.
#pragma once

#include "analysis/ledger.h"
#include "gui/report.h"
#include "nn/objective.h"

#include <memory>

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// Of the files, in hex; empty where there is none: hashed off the GUI thread.
struct ReportHashes {
    QString picture, model;
};

/// Of the current trace. `ledger` is null where there is none; `whyNoLedger` says why.
std::vector<ReportFact> factsOf(session::Session &session, const ReportHashes &hashes, const analysis::Ledger *ledger,
                                const QString &whyNoLedger);

} // namespace reslens::gui
