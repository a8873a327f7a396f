// Runs the same picture without session and window, on an executor of the test's own.
#pragma once

#include "analysis/traced_run.h"
#include "image/preprocess.h"
#include "reference/executor.h"

#include <QImage>

#include <memory>
#include <vector>

namespace reslens::test {

struct ReferenceRun {
    std::shared_ptr<const nn::Model> model;
    std::unique_ptr<nn::Executor> executor;
    std::unique_ptr<nn::Trace> trace;
    Tensor input;
    std::vector<nn::BlockScale> scales;

    ReferenceRun(std::shared_ptr<const nn::Model> of, const QImage &picture, std::vector<nn::BlockScale> with = {})
        : model(std::move(of)), executor(reference::makeExecutor(model, "the test's own")),
          input(image::preprocess(picture.convertToFormat(QImage::Format_RGB888), model->preprocess).value()),
          scales(std::move(with))
    {
        nn::RunOptions options;
        options.scales = scales;
        if (auto traced = executor->trace(input, options))
            trace = std::move(*traced);
        else
            qFatal("%s", traced.error().message().c_str());
    }

    /// Runs the picture in a file.
    ReferenceRun(std::shared_ptr<const nn::Model> of, const QString &path, std::vector<nn::BlockScale> with = {})
        : ReferenceRun(std::move(of), QImage(path), std::move(with))
    {
    }

    analysis::TracedRun run() const { return {*model, *trace, scales}; }
    const std::vector<float> &logits() const { return trace->forward().logits.values; }
};

} // namespace reslens::test
