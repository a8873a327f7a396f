#include "pages/page_export.h"

#include "models/tr.h"
#include "pages/files.h"
#include "session/scenario.h"
#include "session/session.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>
#include <QSvgGenerator>

namespace reslens::pages {

namespace {

QJsonValue jsonOf(const QVariant &cell)
{
    return cell.isValid() ? QJsonValue::fromVariant(cell) : QJsonValue(QJsonValue::Null);
}

Export pictureExport(Page &page, session::Session &session)
{
    Export entry{tr("Picture (PNG)…"), tr("PNG pictures (*.png)"), page.exportName() + ".png", {}};
    entry.usualWidth = 2 * page.picture()->width();
    entry.write = [&page, &session](const QString &path, int width) {
        session.write(path, [path, view = imageOf(page, width)] { return writePng(path, view); });
    };
    return entry;
}

/// `make` runs at once on the GUI thread. Another thread writes the file.
Export bytesExport(session::Session &session, Export entry, std::function<QByteArray()> make)
{
    entry.write = [&session, make = std::move(make)](const QString &path, int) {
        session.write(path, [path, bytes = make()] { return writeBytes(path, bytes); });
    };
    return entry;
}

} // namespace

QImage imageOf(Page &page, int width)
{
    QWidget &view = *page.picture();
    const double factor = double(width) / std::max(1, view.width());
    QImage image(QSize(width, int(std::lround(view.height() * factor))), QImage::Format_RGB32);
    image.fill(view.palette().color(QPalette::Base));
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing); // maps keep their pixels' edges
    painter.scale(factor, factor);
    view.render(&painter, {}, {}, QWidget::DrawChildren);
    return image;
}

QByteArray svgOf(Page &page)
{
    QWidget &view = *page.picture();
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(view.size());
    generator.setViewBox(view.rect());
    generator.setTitle(page.exportName());
    QPainter painter(&generator);
    painter.fillRect(view.rect(), view.palette().color(QPalette::Base));
    view.render(&painter, {}, {}, QWidget::DrawChildren);
    painter.end();
    return buffer.data();
}

QJsonObject jsonOf(const std::vector<models::Table> &tables)
{
    QJsonObject all;
    for (const models::Table &table : tables) {
        QJsonArray rows;
        for (const QVariantList &cells : table.rows) {
            QJsonObject row;
            for (int i = 0; i < std::min(cells.size(), table.columns.size()); ++i)
                row[table.columns[i]] = jsonOf(cells[i]);
            rows.append(row);
        }
        all[table.name] = rows;
    }
    return all;
}

QJsonObject provenanceOf(const Page &page, const session::Session &session)
{
    QJsonObject from{{"reslens", QCoreApplication::applicationVersion()},
                     {"picture", session.picture().path.isEmpty() ? session.picture().name : session.picture().path}};
    if (const nn::Model *model = session.model()) {
        const nn::Objective objective = session.objective();
        from["model"] = QString::fromStdString(model->name);
        if (const QString settings = session.settingsText(); !settings.isEmpty())
            from["settings"] = settings;
        if (const auto &levels = session.picture().levels)
            from["levels"] = QJsonArray{levels->low, levels->high};
        from["device"] = QString::fromStdString(session.device().name);
        from["objective"] = nn::wordsOf(objective.kind).name;
        from["target"] = objective.target;
        if (objective.against >= 0)
            from["against"] = objective.against;
        if (page.isOfScaledNetwork() && session.scales().isChanged())
            from["scales"] = session::jsonOf(session.scales().scales());
    }
    return from;
}

std::vector<Export> exportsOf(Page &page, session::Session &session)
{
    const std::vector<models::Table> tables = page.tables();
    const std::vector<NamedTensor> tensors = page.tensors();
    std::vector<Export> entries = page.moreExports();
    if (tables.empty() && tensors.empty() && entries.empty())
        return {};
    entries.insert(entries.begin(), pictureExport(page, session));
    entries.insert(entries.begin() + 1,
                   bytesExport(session,
                               {tr("Picture (SVG)…"), tr("SVG pictures (*.svg)"), page.exportName() + ".svg", {}},
                               [&page] { return svgOf(page); }));
    for (const models::Table &table : tables)
        entries.push_back(bytesExport(session,
                                      {tr("Numbers: %1 (CSV)…").arg(table.name),
                                       tr("CSV tables (*.csv)"),
                                       page.exportName() + "." + table.name + ".csv",
                                       {}},
                                      [table] { return csvOf(table); }));
    if (!tables.empty())
        entries.push_back(
            bytesExport(session, {tr("All numbers (JSON)…"), tr("JSON (*.json)"), page.exportName() + ".json", {}},
                        [tables, from = provenanceOf(page, session)] {
                            return QJsonDocument(QJsonObject{{"of", from}, {"tables", jsonOf(tables)}}).toJson();
                        }));
    for (const NamedTensor &named : tensors)
        entries.push_back({tr("Tensor %1 (NumPy)…").arg(named.name), tr("NumPy arrays (*.npy)"), named.name + ".npy",
                           [named, &session](const QString &path, int) {
                               session.write(path, [path, named] { return writeArray(path, *named.tensor); });
                           }});
    return entries;
}

} // namespace reslens::pages
