// A session without a window, answered by the CPU reference on small generated networks.
#pragma once

#include "app/generated.h"
#include "reference/executor.h"
#include "session/session.h"
#include "session/subject.h"

#include <QtTest>

#include <atomic>
#include <memory>

namespace reslens::test {

/// Models are architectures' names, "broken" fails.
struct SessionBench {
    std::atomic<int> opened{0};
    session::Session session{services()};

    session::WorkerServices services()
    {
        return {[this](const std::string &name) -> Result<std::shared_ptr<const nn::Model>> {
                    if (name == "broken")
                        return fail(ErrorKind::Malformed, "broken.pth", "cut short");
                    ++opened;
                    return generatedModel(name, name);
                },
                [](std::shared_ptr<const nn::Model> model) -> Result<std::unique_ptr<nn::Executor>> {
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
