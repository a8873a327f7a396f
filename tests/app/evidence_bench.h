// A view by itself on a session with generated networks, and a run of the same picture without the session.
#pragma once

#include "app/page_looks.h"
#include "app/reference_run.h"
#include "app/window_bench.h"
#include "widgets/image_view.h"

#include <optional>

namespace reslens::test {

struct EvidenceBench {
    session::Session session{services()};
    widgets::ImageView view;
    std::optional<ReferenceRun> reference; // the run of the session's picture, once it is open

    /// Opens models by the names of their architectures.
    static session::WorkerServices services()
    {
        return {[](const std::string &name, const zoo::ModelSettings &) -> Result<std::shared_ptr<const nn::Model>> {
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
        reference.emplace(generatedModel(architecture, architecture), picture);
        view.setCropFrame(image::cropFrame(picture.size(), reference->model->preprocess));
    }

    analysis::TracedRun run() const { return reference->run(); }
    int blockCount() const { return int(reference->model->network.blocks.size()); }
};

/// Checks that no visible part of `page` is narrower or lower than it needs, in the room that the window gives it.
inline void verifyFits(QWidget &page, const QString &screenshot)
{
    for (const QSize size : {QSize(930, 330), QSize(1090, 500)}) {
        page.resize(size);
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QTRY_COMPARE(page.size(), size);
        checkFits(page, true);
        saveScreenshot(page, QString("%1-%2").arg(screenshot).arg(size.width()));
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
