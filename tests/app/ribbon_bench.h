// The ribbon with its legend and controls, laid out as in the window, on made-up numbers.
#pragma once

#include "app/ribbon_numbers.h"
#include "widgets/ribbon.h"
#include "widgets/ribbon_controls.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QFrame>
#include <QScrollBar>
#include <QVBoxLayout>
#include <QtTest>

namespace reslens::test {

inline void applyTheme(const widgets::Theme &theme)
{
    qApp->setStyle("Fusion");
    qApp->setPalette(widgets::paletteOf(theme));
    qApp->setStyleSheet(widgets::styleSheetOf(theme));
}

struct RibbonBench {
    std::unique_ptr<models::BlockModel> model;
    QFrame window;
    widgets::RibbonLegend *legend;
    widgets::Ribbon *ribbon;
    widgets::RibbonControls *controls;

    explicit RibbonBench(const char *architecture, int width = 1400) : model(blocksOf(architecture))
    {
        window.setObjectName("card");
        legend = new widgets::RibbonLegend(*model, &window);
        ribbon = new widgets::Ribbon(*model, &window);
        controls = new widgets::RibbonControls(*model, &window);
        auto *column = new QVBoxLayout(&window);
        for (QWidget *part : std::initializer_list<QWidget *>{legend, ribbon, controls})
            column->addWidget(part);
        QObject::connect(ribbon, &widgets::Ribbon::currentRowChanged, controls, &widgets::RibbonControls::setRow);
        model->setContributions(madeUpContributions(*model));
        model->setFlow(madeUpFlow(*model));
        window.resize(width, 200);
        window.show();
        window.activateWindow();
        if (!QTest::qWaitForWindowActive(&window))
            qFatal("no active window");
        ribbon->setFocus();
        ribbon->setCurrentRow(1);
        settle();
    }

    /// Waits until the window is as high as the ribbon asks for.
    void settle()
    {
        for (int i = 0; i < 3; ++i) {
            QApplication::sendPostedEvents();
            window.resize(window.width(), window.sizeHint().height());
            QApplication::processEvents();
        }
    }

    QPoint centreOf(int row) const { return ribbon->boxOf(row).center().toPoint(); }
    QPoint inViewport(QPointF contents) const
    {
        return (contents - QPointF(ribbon->horizontalScrollBar()->value(), 0)).toPoint();
    }
    void setScale(int block, nn::BlockScale scale)
    {
        std::vector<nn::BlockScale> scales(std::size_t(model->blockCount()));
        scales[std::size_t(block)] = scale;
        model->setScales(scales);
    }

    void screenshot(const QString &name)
    {
        settle();
        const QString where = qEnvironmentVariable("RESLENS_SCREENSHOTS");
        if (where.isEmpty())
            return;
        QDir().mkpath(where);
        QVERIFY(window.grab().save(where + "/" + name + ".png"));
    }
};

} // namespace reslens::test
