#include "gui/report.h"

#include "models/item_models.h"
#include "models/tr.h"
#include "widgets/theme.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace reslens::gui {

namespace {

// The colours are filled in from the theme.
const char *const kStyle = R"(
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; background: @window; color: @text;
       font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 0 0 .3rem; }
section { background: @surface; border: 1px solid @border; border-radius: 8px; padding: 1rem 1.2rem; margin: 1rem 0; }
p, caption, figcaption, summary, dt { color: @muted; } img { max-width: 100%; height: auto; display: block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; } dd { margin: 0; }
dd { overflow-wrap: anywhere; } figure { margin: .6rem 0; } .pair { display: flex; flex-wrap: wrap; gap: 2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; } th, td { padding: .15rem .7rem; border-bottom: 1px solid @border; }
th { text-align: left; } td.n { text-align: right; } .remark { font-style: italic; }
.bar { display: inline-block; height: .7em; background: @accent; border-radius: 3px; vertical-align: baseline; }
@media print { section { break-inside: avoid; } }
)";

QString escaped(const QString &text)
{
    QString clean = text;
    clean.remove(QChar::Null);
    return clean.toHtmlEscaped(); // safe in attributes too: it escapes the quotation mark
}

QString element(const QString &name, const QString &text)
{
    return QStringLiteral("<%1>%2</%1>\n").arg(name, escaped(text));
}

QString style(bool isDark)
{
    const widgets::Theme &theme = isDark ? widgets::darkTheme() : widgets::lightTheme();
    QString sheet = QString::fromLatin1(kStyle);
    const std::pair<const char *, QColor> colours[] = {{"@window", theme.window}, {"@surface", theme.surface},
                                                       {"@border", theme.border}, {"@text", theme.text},
                                                       {"@muted", theme.muted},   {"@accent", theme.accent}};
    for (const auto &[name, colour] : colours)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

QString figure(const ReportPicture &picture)
{
    if (picture.png.isEmpty())
        return {};
    const QString width = picture.shownWidth > 0 ? QStringLiteral(" width=\"%1\"").arg(picture.shownWidth) : QString();
    return QStringLiteral("<figure><img src=\"data:image/png;base64,") + QString::fromLatin1(picture.png.toBase64()) +
           QStringLiteral("\" alt=\"") + escaped(picture.alternative) + '"' + width + QStringLiteral("></figure>\n");
}

bool isNumber(const QVariant &cell)
{
    return cell.isValid() && cell.typeId() != QMetaType::QString;
}

QString cellOf(const QVariant &cell)
{
    const bool isFinite = cell.typeId() != QMetaType::Double || std::isfinite(cell.toDouble());
    const QString text = isFinite ? models::cellText(cell) : tr("not defined");
    return QStringLiteral("<td%1>%2</td>")
        .arg(isNumber(cell) ? QStringLiteral(" class=\"n\"") : QString(), escaped(text));
}

QString tableOf(const models::Table &table)
{
    QString html = QStringLiteral("<div class=\"wide\"><table>") + element("caption", table.name) + "<tr>";
    for (const QString &column : table.columns)
        html += QStringLiteral("<th scope=\"col\">") + escaped(column) + QStringLiteral("</th>");
    html += "</tr>\n";
    const std::size_t shown = std::min(table.rows.size(), std::size_t(kMaxReportRows));
    for (std::size_t i = 0; i < shown; ++i) {
        html += "<tr>";
        for (const QVariant &cell : table.rows[i])
            html += cellOf(cell);
        html += "</tr>\n";
    }
    html += "</table></div>\n";
    if (shown < table.rows.size())
        html += element(
            "p", tr("The first %1 of %2 rows; ResLens exports all of them as CSV.").arg(shown).arg(table.rows.size()));
    return html;
}

/// Shares too small to print are shown as the smallest printable share.
QString percent(double share)
{
    if (!std::isfinite(share))
        return escaped(tr("not defined"));
    const double least = 0.0001;
    return share > 0 && share < least ? QStringLiteral("&lt; %1 %").arg(100 * least, 0, 'f', 2)
                                      : QString::number(100 * share, 'f', 2) + " %";
}

QString predictionsOf(const std::vector<ReportPrediction> &predictions)
{
    constexpr int kBarPixels = 160;
    QString html = QStringLiteral("<table>") + element("caption", tr("Predictions"));
    for (const ReportPrediction &prediction : predictions) {
        const double share = std::isfinite(prediction.probability) ? std::clamp(prediction.probability, 0.0, 1.0) : 0;
        html += "<tr><td>" + escaped(prediction.label) + "</td><td class=\"n\">" + percent(prediction.probability) +
                "</td><td><span class=\"bar\" style=\"width:" + QString::number(std::lround(kBarPixels * share)) +
                "px\"></span></td><td class=\"n\">" +
                escaped(models::outputText(prediction.probability, prediction.logit, 3)) + "</td></tr>\n";
    }
    return html + "</table>\n";
}

QString factsOf(const std::vector<ReportFact> &facts)
{
    QString html = "<dl>\n";
    for (const ReportFact &fact : facts)
        html += element("dt", fact.name) + element("dd", fact.value);
    return html + "</dl>\n";
}

QString sectionOf(const ReportSection &section)
{
    QString html = "<section>\n" + element("h2", section.title) + element("p", section.sentence);
    html += figure(section.picture);
    if (!section.remark.isEmpty())
        html += QStringLiteral("<p class=\"remark\">") + escaped(section.remark) + "</p>\n";
    for (const models::Table &table : section.tables)
        html += tableOf(table);
    if (!section.formula.isEmpty())
        html += "<details><summary>" + escaped(tr("How is this computed?")) + "</summary>" + section.formula +
                element("p", section.reference) + "</details>\n";
    return html + "</section>\n";
}

} // namespace

QByteArray htmlOf(const Report &report)
{
    QString html = QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                                  "<meta name=\"viewport\" content=\"width=device-width\">\n"
                                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                                  "img-src data:; style-src 'unsafe-inline'\">\n");
    html += element("title", report.title);
    html += QStringLiteral("<style>") + style(report.isDark) + QStringLiteral("</style>\n</head>\n<body>\n");
    html += element("h1", report.title);
    html += element("p", tr("Made by ResLens, %1").arg(QLocale::c().toString(report.made, "d MMMM yyyy, HH:mm")));
    html += QStringLiteral("<section><div class=\"pair\">") + figure(report.picture) + QStringLiteral("<div>") +
            predictionsOf(report.predictions) + QStringLiteral("</div></div>\n") + figure(report.network) +
            factsOf(report.facts) + QStringLiteral("</section>\n");
    for (const ReportSection &section : report.sections)
        html += sectionOf(section);
    return (html + "</body>\n</html>\n").toUtf8();
}

} // namespace reslens::gui
