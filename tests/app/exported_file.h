// Reads the files that views were saved as, and checks their contents.
#pragma once

#include "image/npy.h"
#include "pages/page_export.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QXmlStreamReader>
#include <QtTest>

namespace reslens::test {

constexpr int kExportWidth = 731; // differs from every default

struct ExportedFrom {
    QString model, picture;
};

inline QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void checkPng(const QString &path)
{
    const QImage image(path, "PNG");
    QCOMPARE(image.width(), kExportWidth);
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            colours.insert(image.pixel(x, y));
    QVERIFY2(colours.size() > 8, qPrintable(path));
}

/// Checks that the file is well-formed, and has lines and text.
inline void checkSvg(const QString &path)
{
    QXmlStreamReader xml(contentOf(path));
    int shapes = 0, texts = 0;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto name = xml.name();
        shapes += name == QLatin1String("path") || name == QLatin1String("polyline") || name == QLatin1String("rect");
        texts += name == QLatin1String("text");
    }
    QVERIFY2(!xml.hasError(), qPrintable(path + ": " + xml.errorString()));
    QVERIFY2(shapes > 5 && texts > 3, qPrintable(QString("%1: %2 shapes, %3 texts").arg(path).arg(shapes).arg(texts)));
}

/// Splits one line into its fields, with quotes as in RFC 4180.
inline QStringList csvFields(const QString &line)
{
    QStringList fields{{}};
    bool isQuoted = false;
    for (const QChar c : line) {
        if (c == '"')
            isQuoted = !isQuoted;
        else if (c == ',' && !isQuoted)
            fields << QString();
        else
            fields.back() += c;
    }
    return fields;
}

inline void checkCsv(const QString &path, const models::Table &table)
{
    const QStringList lines = QString::fromUtf8(contentOf(path)).remove('\r').split('\n', Qt::SkipEmptyParts);
    QCOMPARE(std::size_t(lines.size()), table.rows.size() + 1);
    QCOMPARE(csvFields(lines.front()), table.columns);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const QStringList fields = csvFields(lines[qsizetype(row) + 1]);
        QCOMPARE(fields.size(), table.columns.size());
        for (int column = 0; column < fields.size(); ++column) {
            const QVariant &cell = table.rows[row][column];
            if (cell.typeId() == QMetaType::Double)
                QCOMPARE(float(fields[column].toDouble()), float(cell.toDouble()));
            else
                QCOMPARE(fields[column], cell.toString());
        }
    }
}

inline void checkPixelCsv(const QString &path, const Tensor &tensor)
{
    const QList<QByteArray> lines = contentOf(path).trimmed().split('\n');
    QCOMPARE(lines.front(), QByteArray("channel,row,column,value"));
    QCOMPARE(std::size_t(lines.size()), tensor.values.size() + 1);
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QList<QByteArray> fields = lines[i].split(',');
        QCOMPARE(fields.size(), 4);
        QCOMPARE(fields[3].toFloat(), tensor(0, fields[0].toInt(), fields[1].toInt(), fields[2].toInt()));
    }
}

inline void checkJson(const QString &path, const pages::Page &page, const ExportedFrom &from)
{
    QJsonParseError error;
    const QJsonObject whole = QJsonDocument::fromJson(contentOf(path), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(whole["of"].toObject()["model"].toString(), from.model);
    QCOMPARE(whole["of"].toObject()["picture"].toString(), from.picture);
    for (const models::Table &table : page.tables())
        QCOMPARE(std::size_t(whole["tables"].toObject()[table.name].toArray().size()), table.rows.size());
}

inline void checkNpy(const QString &path, const Tensor &tensor)
{
    const auto read = image::readNpyArray(path.toStdString());
    QVERIFY(read);
    const Shape &shape = tensor.shape;
    QCOMPARE(read->shape, (std::vector<std::int64_t>{shape.n, shape.c, shape.h, shape.w}));
    QCOMPARE(read->values, tensor.values);
}

/// Checks that the file holds what `page` shows.
inline void checkExport(const pages::Page &page, const pages::Export &entry, const QString &path,
                        const ExportedFrom &from)
{
    if (path.endsWith(".png"))
        return checkPng(path);
    if (path.endsWith(".svg"))
        return checkSvg(path);
    if (path.endsWith(".json"))
        return checkJson(path, page, from);
    for (const models::Table &table : page.tables())
        if (entry.suggestedName == page.exportName() + "." + table.name + ".csv")
            return checkCsv(path, table);
    for (const pages::NamedTensor &named : page.tensors()) {
        if (entry.suggestedName == named.name + ".npy")
            return checkNpy(path, *named.tensor);
        if (entry.suggestedName == named.name + ".csv")
            return checkPixelCsv(path, *named.tensor);
    }
    QFAIL(qPrintable("nothing is known about " + entry.suggestedName));
}

} // namespace reslens::test
