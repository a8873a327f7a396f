// One thread, newest wins, errors as values: with an executor that waits until the test lets it go.
#include "session/gpu_worker.h"

#include "nn/generated_parameters.h"
#include "nn/resnet.h"

#include <QSignalSpy>
#include <QtTest>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

using namespace reslens;
using session::Answer;

namespace {

std::shared_ptr<const nn::Model> tinyModel()
{
    auto model = std::make_shared<nn::Model>();
    model->name = "tiny";
    model->network = nn::buildNetwork(*nn::architectureNamed("resnet8"));
    model->preprocess.resize = model->preprocess.crop = 32;
    return model;
}

/// What the test and the worker's thread share.
struct Stage {
    std::counting_semaphore<64> started{0}, go{0};
    std::atomic<int> runs{0};
    std::atomic<bool> waits{false}, throws{false}, tuningThrows{false};
    std::atomic<int> tunings{0}, tuningsStopped{0}, untuned{0};
};

class StageTrace final : public nn::Trace {
public:
    explicit StageTrace(int run) { m_forward.wallMs = run; }
    const nn::Forward &forward() const override { return m_forward; }
    const std::vector<Shape> &shapes() const override { return m_shapes; }
    Result<Tensor> read(int layer) const override { return Tensor({1, 1, 1, 1}, float(layer)); }

private:
    nn::Forward m_forward;
    std::vector<Shape> m_shapes;
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
    Result<nn::Forward> forward(const Tensor &, const nn::RunOptions &) override { return nn::Forward(); }

    Result<std::unique_ptr<nn::Trace>> trace(const Tensor &, const nn::RunOptions &options) override
    {
        const int run = ++m_stage.runs;
        if (m_stage.throws)
            throw std::runtime_error("the device went away");
        if (m_stage.waits) {
            m_stage.started.release();
            m_stage.go.acquire();
            if (options.stop.stop_requested())
                return fail(ErrorKind::Cancelled, "", "stopped");
        }
        return std::make_unique<StageTrace>(run);
    }

    /// Takes until it is stopped, or is done at once where little is left.
    Result<int> tune(const Shape &, std::stop_token stop) override
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

private:
    std::shared_ptr<const nn::Model> m_model;
    Stage &m_stage;
    nn::DeviceInfo m_device{"stage", "cpu", "", "", false};
};

session::WorkerServices servicesOn(Stage &stage)
{
    return {[](const std::string &name) -> Result<std::shared_ptr<const nn::Model>> {
                if (name == "broken")
                    return fail(ErrorKind::Malformed, "broken.pth", "cut short");
                return tinyModel();
            },
            [&stage](std::shared_ptr<const nn::Model> model) -> Result<std::unique_ptr<nn::Executor>> {
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

/// The answer with this id, once it has come.
const Answer *answerTo(const QList<Answer> &answers, std::uint64_t id)
{
    for (const Answer &answer : answers)
        if (answer.id == id)
            return &answer;
    return nullptr;
}

bool isCancelled(const Answer &answer)
{
    const auto *error = std::get_if<Error>(&answer.result);
    return error && error->kind == ErrorKind::Cancelled;
}

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
    void every_answer_tells_the_memory_in_use();
    void a_layer_of_an_older_trace_is_not_read();
    void kernels_are_measured_while_nothing_is_asked();
    void a_request_stops_the_measuring();
    void nothing_is_measured_unless_the_program_wants_it();
    void measuring_that_goes_wrong_takes_nothing_with_it();
};

void GpuWorkerTest::answers_arrive_on_the_thread_that_asked()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QThread *emitted = nullptr, *received = nullptr;
    connect(&worker, &session::GpuWorker::finished, [&] { emitted = QThread::currentThread(); });
    connect(&worker, &session::GpuWorker::finished, this, [&] { received = QThread::currentThread(); });
    worker.submit("model", session::OpenModel{"tiny"});
    QTRY_COMPARE(received, QThread::currentThread());
    QVERIFY(emitted != received);
}

void GpuWorkerTest::a_newer_request_replaces_a_queued_one_and_stops_the_running_one()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    stage.waits = true;
    worker.submit("model", session::OpenModel{"tiny"});
    const auto running = worker.submit("trace", session::RunTrace{grey()});
    stage.started.acquire();
    const auto queued = worker.submit("trace", session::RunTrace{grey()});
    const auto newest = worker.submit("trace", session::RunTrace{grey()});
    stage.waits = false;
    stage.go.release();

    QTRY_VERIFY(answerTo(answers, newest));
    QVERIFY(answerTo(answers, running));
    QVERIFY(isCancelled(*answerTo(answers, running)));
    QVERIFY(!answerTo(answers, queued));
    QVERIFY(std::holds_alternative<session::Traced>(answerTo(answers, newest)->result));
    QCOMPARE(stage.runs.load(), 2);
}

void GpuWorkerTest::requests_with_other_tags_are_kept()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("model", session::OpenModel{"tiny"});
    const auto trace = worker.submit("trace", session::RunTrace{grey()});
    const auto layer = worker.submit("layer", session::ReadLayer{trace, 3});
    QTRY_COMPARE(answers.size(), 3);
    const auto *read = std::get_if<session::LayerRead>(&answerTo(answers, layer)->result);
    QVERIFY(read);
    QCOMPARE(read->tensor->values, std::vector<float>{3.0f});
}

void GpuWorkerTest::a_broken_model_leaves_the_open_one()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("model", session::OpenModel{"tiny"});
    QTRY_COMPARE(answers.size(), 1);
    const auto broken = worker.submit("model", session::OpenModel{"broken"});
    QTRY_COMPARE(answers.size(), 2);
    QCOMPARE(std::get<Error>(answerTo(answers, broken)->result).message(), std::string("broken.pth: cut short"));
    const auto trace = worker.submit("trace", session::RunTrace{grey()});
    QTRY_COMPARE(answers.size(), 3);
    QCOMPARE(std::get<session::Traced>(answerTo(answers, trace)->result).model->name, std::string("tiny"));
}

void GpuWorkerTest::without_a_model_a_picture_cannot_be_run()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("trace", session::RunTrace{grey()});
    QTRY_COMPARE(answers.size(), 1);
    QCOMPARE(std::get<Error>(answers[0].result).message(), std::string("no model is open"));
}

void GpuWorkerTest::an_exception_becomes_a_sentence()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("model", session::OpenModel{"tiny"});
    stage.throws = true;
    const auto trace = worker.submit("trace", session::RunTrace{grey()});
    QTRY_COMPARE(answers.size(), 2);
    QCOMPARE(std::get<Error>(answerTo(answers, trace)->result).message(), std::string("the device went away"));
}

void GpuWorkerTest::every_answer_tells_the_memory_in_use()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    const auto without = worker.submit("trace", session::RunTrace{grey()});
    QTRY_COMPARE(answers.size(), 1);
    worker.submit("model", session::OpenModel{"tiny"});
    const auto first = worker.submit("first", session::RunTrace{grey()});
    const auto second = worker.submit("second", session::RunTrace{grey()});
    const auto layer = worker.submit("layer", session::ReadLayer{second, 1});
    QTRY_COMPARE(answers.size(), 5);
    QCOMPARE(answerTo(answers, without)->memory, session::MemoryUse());
    QCOMPARE(answerTo(answers, first)->memory, (session::MemoryUse{1, {}}));
    QCOMPARE(answerTo(answers, second)->memory, (session::MemoryUse{2, {"less"}}));
    QCOMPARE(answerTo(answers, layer)->memory, (session::MemoryUse{2, {"less"}}));
}

void GpuWorkerTest::a_layer_of_an_older_trace_is_not_read()
{
    Stage stage;
    session::GpuWorker worker(servicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("model", session::OpenModel{"tiny"});
    const auto older = worker.submit("trace", session::RunTrace{grey()});
    QTRY_COMPARE(answers.size(), 2);
    worker.submit("trace", session::RunTrace{grey()});
    const auto layer = worker.submit("layer", session::ReadLayer{older, 1});
    QTRY_VERIFY(answerTo(answers, layer));
    QVERIFY(isCancelled(*answerTo(answers, layer)));
}

void GpuWorkerTest::kernels_are_measured_while_nothing_is_asked()
{
    Stage stage;
    stage.untuned = 3;
    session::GpuWorker worker(tuningServicesOn(stage));
    worker.submit("model", session::OpenModel{"tiny"});
    worker.submit("picture", session::RunTrace{grey(), {}});
    QTRY_COMPARE_WITH_TIMEOUT(stage.tunings.load(), 3, 20'000);
    QTest::qWait(int(2 * session::GpuWorker::kIdle.count()));
    QCOMPARE(stage.tunings.load(), 3); // nothing was left
}

void GpuWorkerTest::a_request_stops_the_measuring()
{
    Stage stage;
    session::GpuWorker worker(tuningServicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("model", session::OpenModel{"tiny"});
    worker.submit("picture", session::RunTrace{grey(), {}});
    QTRY_COMPARE_WITH_TIMEOUT(stage.tunings.load(), 1, 20'000);
    const auto second = worker.submit("picture", session::RunTrace{grey(), {}});
    QTRY_VERIFY(answerTo(answers, second));
    QCOMPARE(stage.tuningsStopped.load(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(stage.tunings.load(), 2, 20'000); // and goes on later
}

void GpuWorkerTest::nothing_is_measured_unless_the_program_wants_it()
{
    Stage stage;
    stage.untuned = 3;
    session::GpuWorker worker(servicesOn(stage));
    worker.submit("model", session::OpenModel{"tiny"});
    worker.submit("picture", session::RunTrace{grey(), {}});
    QTest::qWait(int(2 * session::GpuWorker::kIdle.count()));
    QCOMPARE(stage.tunings.load(), 0);
}

void GpuWorkerTest::measuring_that_goes_wrong_takes_nothing_with_it()
{
    Stage stage;
    stage.tuningThrows = true;
    session::GpuWorker worker(tuningServicesOn(stage));
    QList<Answer> answers;
    connect(&worker, &session::GpuWorker::finished, this, [&](const Answer &answer) { answers << answer; });
    worker.submit("model", session::OpenModel{"tiny"});
    const auto trace = worker.submit("picture", session::RunTrace{grey(), {}});
    QTRY_COMPARE_WITH_TIMEOUT(stage.tunings.load(), 1, 20'000);
    QTest::qWait(int(2 * session::GpuWorker::kIdle.count()));
    QCOMPARE(stage.tunings.load(), 1); // not again and again
    const auto layer = worker.submit("layer", session::ReadLayer{trace, 1});
    QTRY_VERIFY(answerTo(answers, layer));
    QVERIFY(!std::holds_alternative<Error>(answerTo(answers, layer)->result));
}

QTEST_GUILESS_MAIN(GpuWorkerTest)
#include "gpu_worker_test.moc"
