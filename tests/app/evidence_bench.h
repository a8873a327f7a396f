// A session on generated networks, answered by the CPU reference, and the same picture run without it: what the tests
// of single views share.
#pragma once

#include "analysis/traced_run.h"
#include "app/window_bench.h"
#include "image/preprocess.h"
#include "session/session.h"
#include "widgets/image_view.h"

#include <QAbstractSpinBox>

namespace reslens::test {

struct EvidenceBench {
    session::Session session{services()};
    widgets::ImageView view;
    std::shared_ptr<const nn::Model> model; // the session's own twin
    std::unique_ptr<nn::Executor> executor;
    std::unique_ptr<nn::Trace> trace;
    Tensor input;

    /// Models are opened by the name of their architecture.
    static session::WorkerServices services()
    {
        return {[](const std::string &name) -> Result<std::shared_ptr<const nn::Model>> {
                    return generatedModel(name, name);
                },
                WindowBench::services().makeExecutor};
    }

    pages::PageContext context() { return {session, view}; }

    void open(const std::string &architecture, int seed = 1)
    {
        const QImage picture = drawnPicture(seed);
        view.setPicture(picture);
        session.openModel(QString::fromStdString(architecture));
        session.openImage(picture, "drawn");
        QTRY_VERIFY(session.traced() && session.activity().isEmpty());
        model = generatedModel(architecture, architecture);
        view.setCropFrame(image::cropFrame(picture.size(), model->preprocess));
        executor = reference::makeExecutor(model, "the test's own");
        input = image::preprocess(picture, model->preprocess);
        auto made = executor->trace(input, {});
        QVERIFY(made);
        trace = std::move(*made);
    }

    analysis::TracedRun run() const { return {*model, *trace, {}}; }
    int blockCount() const { return int(model->network.blocks.size()); }
};

/// No visible part of `page` is narrower or lower than it needs to be, at the room that the window gives it.
inline void verifyFits(QWidget &page, const QString &screenshot)
{
    for (const QSize size : {QSize(930, 330), QSize(1090, 500)}) {
        page.resize(size);
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QTRY_COMPARE(page.size(), size);
        for (const QWidget *part : page.findChildren<QWidget *>())
            if (part->isVisible() && !qobject_cast<QAbstractSpinBox *>(part->parentWidget())) // its own line edit
                QTRY_VERIFY2(part->width() >= part->minimumSizeHint().width() &&
                                 part->height() >= part->minimumSizeHint().height(),
                             qPrintable(QString(part->metaObject()->className()) + " " + part->accessibleName()));
        const QString where = qEnvironmentVariable("RESLENS_SCREENSHOTS");
        if (!where.isEmpty() && QDir().mkpath(where))
            QVERIFY(page.grab().save(QString("%1/%2-%3.png").arg(where, screenshot).arg(size.width())));
    }
}

inline double sumOf(const Tensor &tensor)
{
    double sum = 0;
    for (const float value : tensor.values)
        sum += value;
    return sum;
}

} // namespace reslens::test
