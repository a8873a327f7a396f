// The looks of a view: in both themes and at several sizes, nothing visible is cut off.
#pragma once

#include "gui/application_look.h"

#include <QAbstractSpinBox>
#include <QDir>
#include <QFile>
#include <QtTest>

#include <vector>

namespace reslens::test {

constexpr int kPatienceMs = 120000; // for a real network on a busy machine

/// Returns a file in the shared folder next to the checkout; empty if there is none.
inline QString sharedFile(const QString &path)
{
    const QString whole = qEnvironmentVariable("RESLENS_SHARED") + "/data/" + path;
    return QFile::exists(whole) ? whole : QString();
}

/// The subject of screenshots: an embedded network, or a real one if it is next to the checkout.
struct LookedAt {
    QString model = "resnet20-cifar10", picture = ":/reslens/samples/ship.jpg";
};

inline LookedAt lookedAt(const QString &tag)
{
    if (!tag.startsWith("resnet50"))
        return {};
    return {sharedFile("weights/resnet50-imagenet-8bit.safetensors"),
            sharedFile("photos/n02102040_English_springer.JPEG")};
}

inline bool hasRealNetwork()
{
    return !lookedAt("resnet50").model.isEmpty() && !qEnvironmentVariable("RESLENS_SCREENSHOTS").isEmpty();
}

struct Look {
    const char *name;
    gui::ThemeChoice theme;
    QSize size;
};

/// Lists the combinations of both themes and two sizes.
inline const std::vector<Look> &looks()
{
    static const std::vector<Look> all{{"light-1280", gui::ThemeChoice::Light, {1280, 720}},
                                       {"dark-1280", gui::ThemeChoice::Dark, {1280, 720}},
                                       {"light-1440", gui::ThemeChoice::Light, {1440, 900}},
                                       {"dark-1440", gui::ThemeChoice::Dark, {1440, 900}}};
    return all;
}

/// Adds the looks as rows "theme" and "size" of a test's data, with a low window and a real network.
inline void addLooks()
{
    QTest::addColumn<int>("theme");
    QTest::addColumn<QSize>("size");
    for (const Look &look : looks())
        QTest::newRow(look.name) << int(look.theme) << look.size;
    QTest::newRow("low") << int(gui::ThemeChoice::Light) << QSize(1280, 620);
    if (hasRealNetwork())
        QTest::newRow("resnet50") << int(gui::ThemeChoice::Light) << QSize(1280, 720);
}

/// Checks that no visible part of `page` is narrower than it needs or, with `alsoHeight`, lower.
inline void checkFits(const QWidget &page, bool alsoHeight = false)
{
    for (const QWidget *part : page.findChildren<QWidget *>()) {
        if (!part->isVisible() || qobject_cast<QAbstractSpinBox *>(part->parentWidget())) // its own line edit
            continue;
        QTRY_VERIFY2(part->width() >= part->minimumSizeHint().width() &&
                         (!alsoHeight || part->height() >= part->minimumSizeHint().height()),
                     qPrintable(QString("%1 '%2' %3 x %4 < %5 x %6")
                                    .arg(part->metaObject()->className(), part->accessibleName())
                                    .arg(part->width())
                                    .arg(part->height())
                                    .arg(part->minimumSizeHint().width())
                                    .arg(part->minimumSizeHint().height())));
    }
}

/// Saves a screenshot where the build collects them. People judge the looks.
inline void saveScreenshot(QWidget &widget, const QString &name)
{
    const QString where = qEnvironmentVariable("RESLENS_SCREENSHOTS");
    if (!where.isEmpty() && QDir().mkpath(where))
        QVERIFY(widget.grab().save(where + "/" + name + ".png"));
}

} // namespace reslens::test
