// The worker's thread: the newest request wins, and errors are values. The executor waits until the test releases it.
#include "session/gpu_worker.h"

#include "nn/generated_parameters.h"
#include "nn/resnet.h"

#include <QtTest>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

using namespace reslens;
using session::GpuWorker;
using session::ModelOpened;
using session::Traced;

namespace {

std::shared_ptr<const nn::Model> tinyModel()
{
    auto model = std::make_shared<nn::Model>();
    model->name = "tiny";
    model->network = nn::buildNetwork(*nn::architectureNamed("resnet8"));
    model->preprocess.resize = model->preprocess.crop = 32;
    return model;
}

/// The state that the test and the worker's thread share.
struct Stage {
    std::counting_semaphore<64> started{0}, go{0};
    std::atomic<int> runs{0};
    std::atomic<bool> waits{false}, throws{false}, throwsError{false}, tuningThrows{false};
    std::atomic<int> stopped{0};
    std::atomic<int> tunings{0}, tuningsStopped{0}, untuned{0};
};

class StageTrace final : public nn::Trace {
public:
    StageTrace(const nn::Network &network, const Tensor &input, int run)
        : Trace(network, input.shape, {.wallMs = double(run)}, {})
    {
    }

private:
    Result<Tensor> doRead(int layer) const override { return Tensor({1, 1, 1, 1}, float(layer)); }
};

class StageExecutor final : public nn::Executor {
public:
    StageExecutor(std::shared_ptr<const nn::Model> model, Stage &stage) : m_model(std::move(model)), m_stage(stage) {}
    const nn::Model &model() const override { return *m_model; }
    const nn::DeviceInfo &device() const override { return m_device; }
    std::size_t memoryBytes() const override { return std::size_t(m_stage.runs); }
    std::vector<std::string> economies() const override
    {
        return m_stage.runs > 1 ? std::vector<std::string>{"less"} : std::vector<std::string>{};
    }

private:
    Result<nn::Forward> doForward(const Tensor &, const nn::RunOptions &) override { return nn::Forward(); }

    Result<std::unique_ptr<nn::Trace>> doTrace(const Tensor &input, const nn::RunOptions &options) override
    {
        const int run = ++m_stage.runs;
        if (m_stage.throws)
            throw std::runtime_error("the device went away");
        if (m_stage.throwsError)
            throw Error(ErrorKind::Limit, "texture", "is too large");
        if (m_stage.waits) {
            m_stage.started.release();
            m_stage.go.acquire();
            if (options.stop.stop_requested() && ++m_stage.stopped)
                return fail(ErrorKind::Cancelled, "", "stopped");
        }
        return std::make_unique<StageTrace>(m_model->network, input, run);
    }

    /// Runs until it is stopped, or returns at once if little is left.
    Result<int> doTune(const Shape &, const std::stop_token &stop) override
    {
        ++m_stage.tunings;
        if (m_stage.tuningThrows)
            throw std::bad_alloc();
        if (m_stage.untuned > 0)
            return --m_stage.untuned;
        while (!stop.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ++m_stage.tuningsStopped;
        return fail(ErrorKind::Cancelled, "", "stopped");
    }

    std::shared_ptr<const nn::Model> m_model;
    Stage &m_stage;
    nn::DeviceInfo m_device{"stage", "cpu", "", "", false};
};

session::WorkerServices servicesOn(Stage &stage)
{
    return {
        [](const std::string &name, const zoo::ModelSettings &) -> Result<std::shared_ptr<const nn::Model>> {
            if (name == "broken")
                return fail(ErrorKind::Malformed, "broken.pth", "cut short");
            return tinyModel();
        },
        [&stage](std::shared_ptr<const nn::Model> model, const std::string &) -> Result<std::unique_ptr<nn::Executor>> {
            return std::make_unique<StageExecutor>(std::move(model), stage);
        }};
}

session::WorkerServices tuningServicesOn(Stage &stage)
{
    session::WorkerServices services = servicesOn(stage);
    services.tunesWhenIdle = true;
    return services;
}

QImage grey()
{
    return QImage(40, 40, QImage::Format_RGB888);
}

/// The last value or error, and the number of answers.
template <typename T>
struct Answers {
    int count = 0;
    std::optional<Result<T>> last;

    auto taking()
    {
        return [this](Result<T> answer) {
            ++count;
            last = std::move(answer);
        };
    }
    bool isValue() const { return last && last->has_value(); }
};

Result<float> readThird(session::Subject &subject, const analysis::Job &)
{
    return subject.trace().read(3).map([](const Tensor &tensor) { return tensor.values[0]; });
}

/// A worker, the answers about its models and traces, and the number of the last trace.
struct WorkerBench : QObject {
    Stage stage;
    GpuWorker worker;
    Answers<ModelOpened> models;
    Answers<Traced> traces;

    explicit WorkerBench(bool tunes = false) : worker(tunes ? tuningServicesOn(stage) : servicesOn(stage)) {}
    void open(const std::string &name = "tiny") { worker.openModel(this, {name}, models.taking()); }
    void run() { worker.run(this, grey(), {}, traces.taking()); }
    std::uint64_t trace() const { return (*traces.last)->id; }
};

} // namespace

class GpuWorkerTest : public QObject {
    Q_OBJECT

private slots:
    void answers_arrive_on_the_thread_that_asked();
    void a_newer_request_replaces_a_queued_one_and_stops_the_running_one();
    void requests_with_other_tags_are_kept();
    void a_broken_model_leaves_the_open_one();
    void without_a_model_a_picture_cannot_be_run();
    void an_exception_becomes_a_sentence();
    void an_error_that_is_thrown_keeps_its_kind();
    void every_answer_tells_the_memory_in_use();
    void a_question_about_an_older_trace_is_not_answered_by_the_newer();
    void guests_wait_until_nothing_else_is_asked();
    void kernels_are_measured_while_nothing_is_asked();
    void a_request_stops_the_measuring();
    void nothing_is_measured_unless_the_program_wants_it();
    void measuring_that_goes_wrong_takes_nothing_with_it();
};

void GpuWorkerTest::answers_arrive_on_the_thread_that_asked()
{
    WorkerBench bench;
    bench.open();
    bench.run();
    QTRY_VERIFY(bench.traces.isValue());
    std::atomic<QThread *> asked{nullptr};
    QThread *received = nullptr;
    bench.worker.ask(
        this, "thread", bench.trace(),
        [&](session::Subject &, const analysis::Job &) {
            asked = QThread::currentThread();
            return Result<int>(1);
        },
        [&](const Result<int> &) { received = QThread::currentThread(); });
    QTRY_COMPARE(received, QThread::currentThread());
    QVERIFY(asked != received);
}

void GpuWorkerTest::a_newer_request_replaces_a_queued_one_and_stops_the_running_one()
{
    WorkerBench bench;
    Answers<Traced> running, queued;
    bench.stage.waits = true;
    bench.open();
    bench.worker.run(this, grey(), {}, running.taking());
    bench.stage.started.acquire();
    bench.worker.run(this, grey(), {}, queued.taking());
    bench.run();
    bench.stage.waits = false;
    bench.stage.go.release();

    QTRY_VERIFY(bench.traces.isValue());
    QCOMPARE(bench.stage.stopped.load(), 1);
    QCOMPARE(running.count, 0);
    QCOMPARE(queued.count, 0);
    QCOMPARE(bench.stage.runs.load(), 2);
    QVERIFY(!bench.worker.isAnyUnderWay());
}

void GpuWorkerTest::requests_with_other_tags_are_kept()
{
    WorkerBench bench;
    Answers<float> first, second;
    bench.open();
    bench.run();
    QTRY_VERIFY(bench.traces.isValue());
    bench.worker.ask(this, "first", bench.trace(), readThird, first.taking());
    bench.worker.ask(this, "second", bench.trace(), readThird, second.taking());
    QTRY_COMPARE(second.count, 1);
    QCOMPARE(first.count, 1);
    QCOMPARE(**first.last, 3.0f);
}

void GpuWorkerTest::a_broken_model_leaves_the_open_one()
{
    WorkerBench bench;
    bench.open();
    QTRY_COMPARE(bench.models.count, 1);
    bench.open("broken");
    QTRY_COMPARE(bench.models.count, 2);
    QCOMPARE(bench.models.last->error().message(), std::string("broken.pth: cut short"));
    bench.run();
    QTRY_COMPARE(bench.traces.count, 1);
    QCOMPARE((*bench.traces.last)->model->name, std::string("tiny"));
}

void GpuWorkerTest::without_a_model_a_picture_cannot_be_run()
{
    WorkerBench bench;
    bench.run();
    QTRY_COMPARE(bench.traces.count, 1);
    QCOMPARE(bench.traces.last->error().message(), std::string("no model is open"));
}

void GpuWorkerTest::an_exception_becomes_a_sentence()
{
    WorkerBench bench;
    bench.open();
    bench.stage.throws = true;
    bench.run();
    QTRY_COMPARE(bench.traces.count, 1);
    QCOMPARE(bench.traces.last->error().message(), std::string("the device went away"));
    QCOMPARE(bench.traces.last->error().kind, ErrorKind::Device);
}

void GpuWorkerTest::an_error_that_is_thrown_keeps_its_kind()
{
    WorkerBench bench;
    bench.open();
    bench.stage.throwsError = true;
    bench.run();
    QTRY_COMPARE(bench.traces.count, 1);
    QCOMPARE(bench.traces.last->error().message(), std::string("texture: is too large"));
    QCOMPARE(bench.traces.last->error().kind, ErrorKind::Limit);
}

void GpuWorkerTest::every_answer_tells_the_memory_in_use()
{
    WorkerBench bench;
    QList<session::MemoryUse> told;
    const auto take = [&](const auto &) { told << bench.worker.memory(); };
    bench.worker.run(this, grey(), {}, take);
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told[0], session::MemoryUse());
    bench.open();
    bench.worker.run(this, grey(), {}, take);
    QTRY_COMPARE(told.size(), 2);
    QCOMPARE(told[1], (session::MemoryUse{1, {}}));
    bench.run();
    QTRY_COMPARE(bench.traces.count, 1);
    QCOMPARE(bench.worker.memory(), (session::MemoryUse{2, {"less"}}));
    bench.worker.ask(this, "layer", bench.trace(), readThird, take);
    QTRY_COMPARE(told.size(), 3);
    QCOMPARE(told[2], (session::MemoryUse{2, {"less"}}));
}

void GpuWorkerTest::a_question_about_an_older_trace_is_not_answered_by_the_newer()
{
    WorkerBench bench;
    bench.open();
    bench.run();
    QTRY_COMPARE(bench.traces.count, 1);
    const std::uint64_t older = bench.trace();
    bench.run();
    Answers<float> layer;
    bench.worker.ask(this, "layer", older, readThird, layer.taking());
    QTRY_COMPARE(layer.count, 1);
    QVERIFY(!layer.isValue());
    QCOMPARE(layer.last->error().kind, ErrorKind::Cancelled);
}

void GpuWorkerTest::guests_wait_until_nothing_else_is_asked()
{
    WorkerBench bench;
    bench.open();
    bench.run();
    QTRY_VERIFY(bench.traces.isValue());
    QStringList order;
    const auto noting = [&](const QString &name) { return [&order, name](const Result<float> &) { order << name; }; };
    std::binary_semaphore go{0};
    bench.worker.ask(
        this, "first", bench.trace(),
        [&](session::Subject &subject, const analysis::Job &job) {
            go.acquire();
            return readThird(subject, job);
        },
        noting("first"));
    bench.worker.askGuest(this, "guest", "other", grey(), readThird, noting("guest"));
    bench.worker.ask(this, "second", bench.trace(), readThird, noting("second"));
    go.release();
    QTRY_COMPARE(order, (QStringList{"first", "second", "guest"}));
}

void GpuWorkerTest::kernels_are_measured_while_nothing_is_asked()
{
    WorkerBench bench(true);
    bench.stage.untuned = 3;
    bench.open();
    bench.run();
    QTRY_COMPARE_WITH_TIMEOUT(bench.stage.tunings.load(), 3, 20'000);
    QTest::qWait(int(2 * GpuWorker::kIdle.count()));
    QCOMPARE(bench.stage.tunings.load(), 3); // nothing was left
}

void GpuWorkerTest::a_request_stops_the_measuring()
{
    WorkerBench bench(true);
    bench.open();
    bench.run();
    QTRY_COMPARE_WITH_TIMEOUT(bench.stage.tunings.load(), 1, 20'000);
    bench.run();
    QTRY_COMPARE(bench.traces.count, 2);
    QCOMPARE(bench.stage.tuningsStopped.load(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(bench.stage.tunings.load(), 2, 20'000); // goes on after the request
}

void GpuWorkerTest::nothing_is_measured_unless_the_program_wants_it()
{
    WorkerBench bench;
    bench.stage.untuned = 3;
    bench.open();
    bench.run();
    QTest::qWait(int(2 * GpuWorker::kIdle.count()));
    QCOMPARE(bench.stage.tunings.load(), 0);
}

void GpuWorkerTest::measuring_that_goes_wrong_takes_nothing_with_it()
{
    WorkerBench bench(true);
    bench.stage.tuningThrows = true;
    bench.open();
    bench.run();
    QTRY_COMPARE_WITH_TIMEOUT(bench.stage.tunings.load(), 1, 20'000);
    QTest::qWait(int(2 * GpuWorker::kIdle.count()));
    QCOMPARE(bench.stage.tunings.load(), 1); // once only
    Answers<float> layer;
    bench.worker.ask(this, "layer", bench.trace(), readThird, layer.taking());
    QTRY_COMPARE(layer.count, 1);
    QVERIFY(layer.isValue());
}

QTEST_GUILESS_MAIN(GpuWorkerTest)
#include "gpu_worker_test.moc"
