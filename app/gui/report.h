// A report: all that a session shows, in one HTML file that needs no script, no style sheet and no network.
#pragma once

#include "models/table.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <vector>

namespace reslens::gui {

/// A picture that is part of the page. `png` empty: none.
struct ReportPicture {
    QByteArray png;
    QString alternative; // what it shows, for those who do not see it
    int shownWidth = 0;  // in CSS pixels; 0: as wide as the page
};

struct ReportPrediction {
    QString label;
    double probability = 0, logit = 0;
};

/// One view.
struct ReportSection {
    QString title;
    QString sentence;      // what it shows
    QString formula;       // rich text of the program's own, not escaped
    QString reference;     // where the formula comes from
    ReportPicture picture; // none where the view shows nothing
    std::vector<models::Table> tables;
    QString remark; // "nothing to show", "still computing"; empty: none
};

/// Name and value of one fact: which picture, model, device.
struct ReportFact {
    QString name, value;
};

struct Report {
    QString title;
    QDateTime made;
    bool isDark = false;
    std::vector<ReportFact> facts;
    ReportPicture picture, network;
    std::vector<ReportPrediction> predictions;
    std::vector<ReportSection> sections;
};

constexpr int kMaxReportRows = 60; // of a table; the rest is said to be left out

/// UTF-8. All text is escaped but ReportSection::formula.
QByteArray htmlOf(const Report &report);

} // namespace reslens::gui
