// Every executor's answers to wrong calls: the same table for the reference, in both arithmetics, and for Vulkan.
#include "engine/device.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "reference/executor.h"
#include "support/compare.h"
#include "support/network_golden.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <limits>
#include <map>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr Shape kInput{1, 3, 32, 32};
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// The objects that a call is made on.
struct Bench {
    nn::Executor &executor;

    std::unique_ptr<nn::Trace> trace(Shape input = kInput) const
    {
        return std::move(*executor.trace(nn::generateInput(input), {}));
    }
    /// Returns a trace that has since been resumed.
    std::unique_ptr<nn::Trace> resumed() const
    {
        auto made = trace();
        if (!executor.resume(*made, 1, scaled(0.5f)))
            qFatal("a trace cannot be resumed");
        return made;
    }
    std::unique_ptr<nn::Gradients> gradients() const { return std::move(*nn::backward(*trace(), {}, {})); }
    nn::RunOptions scaled(float beta) const
    {
        nn::RunOptions options;
        options.scales.resize(executor.model().network.blocks.size());
        options.scales.back().beta = beta;
        return options;
    }
    static nn::RunOptions fewScales() { return {.scales = std::vector<nn::BlockScale>(2)}; }
    static nn::RunOptions stopped()
    {
        std::stop_source source;
        source.request_stop();
        return {.stop = source.get_token()};
    }
};

struct WrongCall {
    const char *name;
    std::function<Error(const Bench &)> call;
    ErrorKind kind;
    const char *message;
};

template <typename Value>
Error errorOf(const Result<Value> &result)
{
    return result ? Error(ErrorKind::InvalidInput, "", "it was answered") : result.error();
}

Tensor ofShape(Shape shape)
{
    return shape.n > 0 && shape.h > 0 && shape.w > 0 ? Tensor(shape) : [&] {
        Tensor empty;
        empty.shape = shape;
        return empty;
    }();
}

Tensor cutShort()
{
    Tensor tensor(kInput);
    tensor.values.pop_back();
    return tensor;
}

const char *kNoSuchBlock = "block 3: the network has blocks 0 to 2",
           *kNoBlockBefore = "block -1: the network has blocks 0 to 2";
const char *kNoSuchLayer = "layer 99: the network has layers 0 to 29",
           *kNoLayerBefore = "layer -1: the network has layers 0 to 29";
const char *kFewScales = "scales: has 2 entries, the network has 3 blocks";
const char *kNotFinite = "scales of layer3.0: are not finite";

/// These need a network with three blocks.
std::vector<WrongCall> wrongInputs()
{
    const auto forward = [](Tensor input) {
        return [=](const Bench &b) { return errorOf(b.executor.forward(input, {})); };
    };
    const auto trace = [](Tensor input) {
        return [=](const Bench &b) { return errorOf(b.executor.trace(input, {})); };
    };
    return {
        {"four channels", forward(Tensor({1, 4, 32, 32})), ErrorKind::Mismatch,
         "input: has shape 1x4x32x32, the network needs Nx3xHxW"},
        {"no image", trace(ofShape({0, 3, 32, 32})), ErrorKind::Mismatch,
         "input: has shape 0x3x32x32, the network needs Nx3xHxW"},
        {"negative width", forward(ofShape({1, 3, 32, -1})), ErrorKind::Mismatch,
         "input: has shape 1x3x32x-1, the network needs Nx3xHxW"},
        {"a value too few", trace(cutShort()), ErrorKind::Mismatch,
         "input: has 3071 values, its shape 1x3x32x32 needs 3072"},
        {"tuning for four channels",
         [](const Bench &b) {
             return errorOf(b.executor.tune({1, 4, 8, 8}, {}));
         },
         ErrorKind::Mismatch, "input: has shape 1x4x8x8, the network needs Nx3xHxW"},
    };
}

std::vector<WrongCall> wrongRuns()
{
    const Tensor input = nn::generateInput(kInput);
    return {
        {"few scales", [=](const Bench &b) { return errorOf(b.executor.forward(input, Bench::fewScales())); },
         ErrorKind::Mismatch, kFewScales},
        {"few scales of a trace", [=](const Bench &b) { return errorOf(b.executor.trace(input, Bench::fewScales())); },
         ErrorKind::Mismatch, kFewScales},
        {"an infinite scale", [=](const Bench &b) { return errorOf(b.executor.forward(input, b.scaled(kInfinity))); },
         ErrorKind::InvalidInput, kNotFinite},
        {"a trace whose scale is no number",
         [=](const Bench &b) { return errorOf(b.executor.trace(input, b.scaled(std::nanf("")))); },
         ErrorKind::InvalidInput, kNotFinite},
        {"resuming behind the last block", [](const Bench &b) { return errorOf(b.executor.resume(*b.trace(), 3, {})); },
         ErrorKind::NotFound, kNoSuchBlock},
        {"resuming before the first", [](const Bench &b) { return errorOf(b.executor.resume(*b.trace(), -1, {})); },
         ErrorKind::NotFound, kNoBlockBefore},
        {"resuming with few scales",
         [](const Bench &b) { return errorOf(b.executor.resume(*b.trace(), 1, Bench::fewScales())); },
         ErrorKind::Mismatch, kFewScales},
        {"resuming with an infinite scale",
         [](const Bench &b) { return errorOf(b.executor.resume(*b.resumed(), 1, b.scaled(-kInfinity))); },
         ErrorKind::InvalidInput, kNotFinite},
        {"a trace of another network",
         [](const Bench &b) {
             const auto other = reference::makeExecutor(generatedModel("resnet8"), "a test");
             return errorOf(b.executor.resume(*Bench{*other}.trace(), 1, {}));
         },
         ErrorKind::InvalidInput, "trace: is of another network than this executor's"},
        {"a stopped run", [=](const Bench &b) { return errorOf(b.executor.forward(input, Bench::stopped())); },
         ErrorKind::Cancelled, "cancelled"},
        {"a stopped trace", [=](const Bench &b) { return errorOf(b.executor.trace(input, Bench::stopped())); },
         ErrorKind::Cancelled, "cancelled"},
        {"a stopped backward pass",
         [](const Bench &b) { return errorOf(nn::backward(*b.trace(), {}, Bench::stopped())); }, ErrorKind::Cancelled,
         "cancelled"},
    };
}

/// Runs on a fresh trace and on a resumed one.
std::vector<WrongCall> wrongQuestions(std::unique_ptr<nn::Trace> (*of)(const Bench &))
{
    return {
        {"a layer behind the last", [=](const Bench &b) { return errorOf(of(b)->read(99)); }, ErrorKind::NotFound,
         kNoSuchLayer},
        {"a layer before the first", [=](const Bench &b) { return errorOf(of(b)->read(-1)); }, ErrorKind::NotFound,
         kNoLayerBefore},
        {"moments", [=](const Bench &b) { return errorOf(of(b)->moments(99)); }, ErrorKind::NotFound, kNoSuchLayer},
        {"pixel norms", [=](const Bench &b) { return errorOf(of(b)->pixelNorms(-1)); }, ErrorKind::NotFound,
         kNoLayerBefore},
        {"block sums", [=](const Bench &b) { return errorOf(of(b)->blockSums(3)); }, ErrorKind::NotFound, kNoSuchBlock},
        {"block sums before the first", [=](const Bench &b) { return errorOf(of(b)->blockSums(-1)); },
         ErrorKind::NotFound, kNoBlockBefore},
        {"a class that is not there",
         [=](const Bench &b) {
             return errorOf(nn::backward(*of(b), {nn::ObjectiveKind::Logit, 10}, {}));
         },
         ErrorKind::InvalidInput, "target: class 10 is out of range, the network has classes 0 to 9"},
        {"a difference without a second class",
         [=](const Bench &b) {
             return errorOf(nn::backward(*of(b), {nn::ObjectiveKind::LogitDifference, 1}, {}));
         },
         ErrorKind::InvalidInput, "objective: the logit difference needs a second class"},
        {"few scales backward", [=](const Bench &b) { return errorOf(nn::backward(*of(b), {}, Bench::fewScales())); },
         ErrorKind::Mismatch, kFewScales},
        {"an infinite scale backward",
         [=](const Bench &b) { return errorOf(nn::backward(*of(b), {}, b.scaled(kInfinity))); },
         ErrorKind::InvalidInput, kNotFinite},
        {"few scales by path length",
         [=](const Bench &b) { return errorOf(nn::gradientsByPathLength(*of(b), {}, Bench::fewScales())); },
         ErrorKind::Mismatch, kFewScales},
        {"an infinite scale by path length",
         [=](const Bench &b) { return errorOf(nn::gradientsByPathLength(*of(b), {}, b.scaled(kInfinity))); },
         ErrorKind::InvalidInput, kNotFinite},
        {"a class that is not there, by path length",
         [=](const Bench &b) {
             return errorOf(nn::gradientsByPathLength(*of(b), {nn::ObjectiveKind::Logit, -2}, {}));
         },
         ErrorKind::InvalidInput, "target: class -2 is out of range, the network has classes 0 to 9"},
        {"J of a layer that is not there",
         [=](const Bench &b) {
             return errorOf(nn::backwardFrom(*of(b), nn::LinearFunctional{99, Tensor(kInput)}, {}));
         },
         ErrorKind::NotFound, kNoSuchLayer},
        {"J of another shape than the layer's",
         [=](const Bench &b) {
             return errorOf(nn::backwardFrom(*of(b), nn::LinearFunctional{0, Tensor({1, 3, 4, 4})}, {}));
         },
         ErrorKind::Mismatch, "weights: have shape 1x3x4x4, the output of input has 1x3x32x32"},
        {"J that is not finite",
         [=](const Bench &b) {
             return errorOf(nn::backwardFrom(*of(b), nn::LinearFunctional{0, Tensor(kInput, kInfinity)}, {}));
         },
         ErrorKind::InvalidInput, "weights: are not finite"},
    };
}

std::vector<WrongCall> wrongGradients()
{
    return {
        {"the gradient at a layer behind the last", [](const Bench &b) { return errorOf(b.gradients()->value(99)); },
         ErrorKind::NotFound, kNoSuchLayer},
        {"the gradient at a layer before the first", [](const Bench &b) { return errorOf(b.gradients()->value(-1)); },
         ErrorKind::NotFound, kNoLayerBefore},
        {"the gradient at the probabilities",
         [](const Bench &b) { return errorOf(b.gradients()->value(b.executor.model().network.probabilities)); },
         ErrorKind::Unsupported, "softmax: what is differentiated is a function of fc, so it has no gradient here"},
        {"the gradients of a block that is not there",
         [](const Bench &b) { return errorOf(b.gradients()->ofBlock(3)); }, ErrorKind::NotFound, kNoSuchBlock},
        {"a parameter that is not there",
         [](const Bench &b) { return errorOf(b.gradients()->ofParameter("layer9.0.conv1.weight")); },
         ErrorKind::NotFound, "layer9.0.conv1.weight: the network has no such parameter"},
        {"a layer in place of a parameter", [](const Bench &b) { return errorOf(b.gradients()->ofParameter("fc")); },
         ErrorKind::NotFound, "fc: the network has no such parameter"},
        {"a running statistic", [](const Bench &b) { return errorOf(b.gradients()->ofParameter("bn1.running_mean")); },
         ErrorKind::Unsupported, "bn1.running_mean: is a running statistic, which is not trained"},
        {"path lengths of two images",
         [](const Bench &b) {
             return errorOf(nn::gradientsByPathLength(*b.trace({2, 3, 32, 32}), {}, {}));
         },
         ErrorKind::Unsupported, "gradient by path length: the trace has 2 images, it is made for one at a time"},
    };
}

} // namespace

class ExecutorContractTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        auto device = engine::Device::open(
            {.validates = true, .onMessage = [](const std::string &text) { qWarning("%s", text.c_str()); }});
        QVERIFY2(device, "a test of all executors needs Vulkan");
        m_device = *device;
        for (const char *architecture : {"resnet8", "plain20"}) {
            const auto model = generatedModel(architecture);
            std::vector<std::unique_ptr<nn::Executor>> &executors = m_executors[architecture];
            executors.push_back(reference::makeExecutor(model, "a test"));
            executors.push_back(reference::makeExecutor(model, "a test", reference::Arithmetic::Naive));
            executors.push_back(std::move(*engine::Device::makeExecutor(m_device, model)));
        }
    }
    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void a_wrong_input_is_the_same_error_everywhere() { check(wrongInputs()); }
    void a_wrong_run_is_the_same_error_everywhere() { check(wrongRuns()); }
    void a_wrong_question_to_a_trace_is_the_same_error_everywhere()
    {
        check(wrongQuestions([](const Bench &b) { return b.trace(); }));
    }
    void a_wrong_question_to_a_resumed_trace_is_the_same_error_everywhere()
    {
        check(wrongQuestions([](const Bench &b) { return b.resumed(); }));
    }
    void a_wrong_question_to_gradients_is_the_same_error_everywhere() { check(wrongGradients()); }
    void path_lengths_of_a_plain_network_are_the_same_error_everywhere()
    {
        check({{"path lengths", [](const Bench &b) { return errorOf(nn::gradientsByPathLength(*b.trace(), {}, {})); },
                ErrorKind::Unsupported,
                "gradient by path length: a plain network has no skips, so there is only one path"}},
              "plain20");
    }

    void a_trace_resumes_with_the_scales_of_earlier_blocks_everywhere()
    {
        for (const auto &executor : m_executors.at("resnet8")) {
            const Bench bench{*executor};
            const Tensor input = nn::generateInput(kInput);
            nn::RunOptions first = bench.scaled(1);
            first.scales[0] = {0.5f, 2};
            const auto trace = std::move(*executor->trace(input, first));
            nn::RunOptions both = bench.scaled(0);
            both.scales[0] = first.scales[0];
            const auto resumed = executor->resume(*trace, 1, bench.scaled(0)),
                       expected = executor->forward(input, both);
            QVERIFY2(relativeError(resumed->logits, expected->logits) <= 1e-5, executor->device().name.c_str());
        }
    }

private:
    void check(const std::vector<WrongCall> &calls, const char *architecture = "resnet8")
    {
        for (const WrongCall &wrong : calls)
            for (const auto &executor : m_executors.at(architecture)) {
                const Error error = wrong.call({*executor});
                const std::string where = std::string(wrong.name) + " on " + executor->device().name;
                QVERIFY2(error.message() == wrong.message, (where + ": " + error.message()).c_str());
                QVERIFY2(error.kind == wrong.kind, where.c_str());
            }
    }

    std::shared_ptr<engine::Device> m_device;
    std::map<std::string, std::vector<std::unique_ptr<nn::Executor>>> m_executors; // by architecture
};

QTEST_GUILESS_MAIN(ExecutorContractTest)
#include "executor_contract_test.moc"
