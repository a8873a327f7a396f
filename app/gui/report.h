// A report: all results of a session in one HTML file without scripts, style sheets or network access.
#pragma once

#include "models/table.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <vector>

namespace reslens::gui {

/// A picture inside the page; none if `png` is empty.
struct ReportPicture {
    QByteArray png;
    QString alternative; // describes the picture for those who do not see it
    int shownWidth = 0;  // in CSS pixels; 0: the page's width
};

struct ReportPrediction {
    QString label;
    double probability = 0, logit = 0;
};

/// One view of the window.
struct ReportSection {
    QString title;
    QString sentence;      // says what the view shows
    QString formula;       // trusted rich text, not escaped
    QString reference;     // the source of the formula
    ReportPicture picture; // none if the view shows nothing
    std::vector<models::Table> tables;
    QString remark; // "nothing to show", "still computing"; empty: none
};

/// One fact as name and value, such as the picture, the model or the device.
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

constexpr int kMaxReportRows = 60; // limit per table; the report counts the rows left out

/// Returns UTF-8. All text except ReportSection::formula is escaped.
QByteArray htmlOf(const Report &report);

} // namespace reslens::gui
