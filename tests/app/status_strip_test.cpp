// The trust strip says when memory is short, and how the device copes.
#include "app/window_bench.h"

#include "gui/status_strip.h"

#include <QLabel>

#include <atomic>

using namespace reslens;
using namespace reslens::test;

namespace {

/// The reference with an economy that the test turns on.
class SparingExecutor final : public nn::Executor {
public:
    SparingExecutor(std::shared_ptr<const nn::Model> model, const std::atomic<bool> &isShort)
        : m_whole(reference::makeExecutor(std::move(model), "a test")), m_isShort(isShort)
    {
    }
    const nn::Model &model() const override { return m_whole->model(); }
    const nn::DeviceInfo &device() const override { return m_whole->device(); }
    std::size_t memoryBytes() const override { return 7u << 20; }
    std::vector<std::string> economies() const override
    {
        return m_isShort ? std::vector<std::string>{"gradients are computed again"} : std::vector<std::string>{};
    }

private:
    Result<nn::Forward> doForward(const Tensor &input, const nn::RunOptions &options) override
    {
        return m_whole->forward(input, options);
    }
    Result<std::unique_ptr<nn::Trace>> doTrace(const Tensor &input, const nn::RunOptions &options) override
    {
        return m_whole->trace(input, options);
    }

    std::unique_ptr<nn::Executor> m_whole;
    const std::atomic<bool> &m_isShort;
};

struct StripBench {
    std::atomic<bool> isShort = false;
    session::Session session{
        {[](const std::string &name, const zoo::ModelSettings &) -> Result<std::shared_ptr<const nn::Model>> {
             return generatedModel(name, "resnet8");
         },
         [this](std::shared_ptr<const nn::Model> model, const std::string &) -> Result<std::unique_ptr<nn::Executor>> {
             return std::make_unique<SparingExecutor>(std::move(model), isShort);
         }}};
    gui::StatusStrip strip{session};

    StripBench()
    {
        strip.show();
        session.openModel("small");
        session.openImage(drawnPicture(3), "a");
        [this] { QTRY_VERIFY(session.traced() && session.activity().isEmpty()); }();
    }

    const QLabel &cost() const
    {
        for (const QLabel *label : strip.findChildren<QLabel *>())
            if (label->accessibleName() == "Time, work and memory")
                return *label;
        qFatal("there is no such label");
    }
};

} // namespace

class StatusStripTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette()); }

    void memory_that_suffices_is_a_number()
    {
        const StripBench bench;
        QVERIFY2(bench.cost().text().endsWith("7 MiB"), qPrintable(bench.cost().text()));
        QVERIFY(!bench.cost().toolTip().contains("suffice"));
    }

    void memory_that_does_not_suffice_is_told_with_what_is_done_about_it()
    {
        StripBench bench;
        bench.isShort = true; // detected by a question, after the trace
        bool isAnswered = false;
        bench.session.ask(
            &bench.strip, "question", [](session::Subject &, const analysis::Job &) { return Result<int>(1); },
            [&](const auto &) { isAnswered = true; });
        QTRY_VERIFY(isAnswered);
        QTRY_VERIFY2(bench.cost().text().contains("7 MiB, memory is short"), qPrintable(bench.cost().text()));
        QVERIFY2(bench.cost().toolTip().contains("• gradients are computed again"), qPrintable(bench.cost().toolTip()));
        saveScreenshot(bench.strip, "strip-short-of-memory");

        bench.isShort = false;
        bench.session.openModel("other");
        QTRY_VERIFY(bench.cost().text().endsWith("7 MiB"));
        QVERIFY(!bench.cost().toolTip().contains("suffice"));
    }
};

QTEST_MAIN(StatusStripTest)
#include "status_strip_test.moc"
