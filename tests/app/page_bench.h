// A window that shows one of its pages, and the same numbers asked without it.
#pragma once

#include "app/window_bench.h"

#include "analysis/traced_run.h"
#include "gui/application_theme.h"
#include "image/preprocess.h"

#include <QFile>
#include <QTabWidget>

namespace reslens::test {

constexpr int kPatienceMs = 120000; // with a real network on a busy machine

inline QString sharedFile(const QString &path)
{
    return qEnvironmentVariable("RESLENS_SHARED") + "/data/" + path;
}

/// What screenshots are of: an embedded network, or a real one where it lies beside the checkout.
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
    return QFile::exists(lookedAt("resnet50").model) && !qEnvironmentVariable("RESLENS_SCREENSHOTS").isEmpty();
}

struct PageBench : WindowBench {
    template <typename PageType>
    PageType *open(const QString &model, const QString &picture)
    {
        show();
        auto *page = window.findChild<PageType *>();
        auto *tabs = window.findChild<QTabWidget *>();
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->widget(i)->isAncestorOf(page))
                tabs->setCurrentIndex(i);
        session.openModel(model);
        session.openPaths({picture});
        return page;
    }

    /// Once charts have laid themselves out.
    void settledScreenshot(const QString &name)
    {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // of axes that were replaced
        screenshot(name);
    }
};

/// The reference's own trace of the picture that the session shows.
struct ReferenceRun {
    std::shared_ptr<const nn::Model> model;
    std::unique_ptr<nn::Executor> executor;
    std::unique_ptr<nn::Trace> trace;
    Tensor input;
    std::vector<nn::BlockScale> scales;

    explicit ReferenceRun(std::shared_ptr<const nn::Model> of, const QString &picture,
                          std::vector<nn::BlockScale> with = {})
        : model(std::move(of)), executor(reference::makeExecutor(model, "the test's own")),
          input(image::preprocess(QImage(picture).convertToFormat(QImage::Format_RGB888), model->preprocess)),
          scales(std::move(with))
    {
        nn::RunOptions options;
        options.scales = scales;
        if (auto traced = executor->trace(input, options))
            trace = std::move(*traced);
        else
            qFatal("%s", traced.error().message().c_str());
    }

    analysis::TracedRun run() const { return {*model, *trace, scales}; }
};

} // namespace reslens::test
