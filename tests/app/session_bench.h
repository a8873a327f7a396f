// A session without a window. The CPU reference answers on small generated networks.
#pragma once

#include "app/generated.h"
#include "reference/executor.h"
#include "session/session.h"
#include "session/subject.h"

#include <QtTest>

#include <atomic>
#include <limits>
#include <memory>

namespace reslens::test {

/// A weight of its first block is NaN.
inline std::shared_ptr<const nn::Model> modelWithNan(const std::string &name, const std::string &architecture)
{
    auto model = std::make_shared<nn::Model>(*generatedModel(name, architecture));
    StoredTensor &weights = model->parameters.at("layer1.0.conv1.weight");
    std::vector<float> values = weights.toFloats();
    values[0] = std::numeric_limits<float>::quiet_NaN();
    weights = storeFloats(weights.shape, std::move(values));
    return model;
}

/// Models have architectures' names; "broken" fails.
struct SessionBench {
    std::atomic<int> opened{0};
    session::Session session{services()};

    session::WorkerServices services()
    {
        return {
            [this](const std::string &name, const zoo::ModelSettings &) -> Result<std::shared_ptr<const nn::Model>> {
                if (name == "broken")
                    return fail(ErrorKind::Malformed, "broken.pth", "cut short");
                ++opened;
                if (name == "resnet8 with NaN")
                    return modelWithNan(name, "resnet8");
                return generatedModel(name, name);
            },
            [](std::shared_ptr<const nn::Model> model, const std::string &) -> Result<std::unique_ptr<nn::Executor>> {
                return reference::makeExecutor(std::move(model), "a test");
            }};
    }

    void open(const QString &model, int seed = 1)
    {
        session.openModel(model);
        session.openImage(drawnPicture(seed), "drawn");
        QTRY_VERIFY(session.traced().has_value());
    }
};

} // namespace reslens::test
