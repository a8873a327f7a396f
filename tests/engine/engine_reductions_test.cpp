// Sums made on the device against the same sums in double precision over the tensors read back.
#include "engine/reductions.h"
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "support/compare.h"
#include "support/network_golden.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

double difference(const std::vector<double> &a, const std::vector<double> &b)
{
    double error = a.size() == b.size() ? 0 : 1, norm = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        error += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    return norm > 0 ? std::sqrt(error / norm) : error;
}

nn::BlockSums sumsOfTensors(const nn::Trace &trace, const nn::Block &block)
{
    const Tensor s = block.hasShortcut() ? *trace.read(block.s) : Tensor();
    return nn::blockSumsOf(block.hasShortcut() ? &s : nullptr, *trace.read(block.F), *trace.read(block.u),
                           *trace.read(block.y));
}

} // namespace

class EngineReductionsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_device = openValidatedDevice(); }
    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void block_sums_agree_with_double_precision_data() { architectures(); }
    void block_sums_agree_with_double_precision()
    {
        const auto trace = makeTrace();
        const nn::Network &network = m_executor->model().network;
        for (int b = 0; b < int(network.blocks.size()); ++b) {
            const nn::BlockSums sums = *trace->blockSums(b), expected = sumsOfTensors(*trace, network.blocks[b]);
            QCOMPARE(sums.clippedCount, expected.clippedCount); // whole numbers
            using Member = std::vector<double> nn::BlockSums::*;
            for (const Member member :
                 {&nn::BlockSums::ss, &nn::BlockSums::FF, &nn::BlockSums::uu, &nn::BlockSums::yy, &nn::BlockSums::sF,
                  &nn::BlockSums::su, &nn::BlockSums::Fu, &nn::BlockSums::sy, &nn::BlockSums::clippedEnergy,
                  &nn::BlockSums::write, &nn::BlockSums::erase, &nn::BlockSums::kill})
                QVERIFY2(difference(sums.*member, expected.*member) <= kTolerance, network.blocks[b].name.c_str());
        }
    }

    void infinite_activations_are_infinite_sums_and_not_nan()
    {
        nn::Model model = *generatedModel("resnet20");
        std::vector<float> bias = model.parameters.at("layer1.0.bn2.bias").toFloats();
        bias[3] = std::numeric_limits<float>::infinity();
        bias[5] = -bias[3];
        model.parameters["layer1.0.bn2.bias"] = storeFloats({std::int64_t(bias.size())}, bias);
        const auto executor =
            *engine::Device::makeExecutor(m_device, std::make_shared<const nn::Model>(std::move(model)));
        const auto trace = *executor->trace(nn::generateInput({1, 3, 32, 32}), {});
        const nn::Network &network = executor->model().network;
        const nn::BlockSums sums = *trace->blockSums(0), expected = sumsOfTensors(*trace, network.blocks[0]);
        for (const auto member : {&nn::BlockSums::clippedEnergy, &nn::BlockSums::write, &nn::BlockSums::erase,
                                  &nn::BlockSums::kill, &nn::BlockSums::uu})
            for (const int channel : {3, 5}) {
                const double found = (sums.*member)[channel], wanted = (expected.*member)[channel];
                QVERIFY(!std::isnan(wanted));
                QVERIFY2(found == wanted || std::abs(found - wanted) <= kTolerance * wanted,
                         QByteArray::number(found) + " for " + QByteArray::number(wanted));
            }
    }

    void sums_of_block_gradients_agree_with_double_precision_data() { architectures(); }
    void sums_of_block_gradients_agree_with_double_precision()
    {
        const auto trace = makeTrace();
        const auto gradients = *nn::backward(*trace, {}, {});
        expectGradientSumsOf(*gradients, kTolerance);
    }

    void sums_of_gradients_whose_squares_are_below_the_smallest_float_keep_their_digits()
    {
        nn::Model model = *generatedModel("resnet20");
        const nn::Network &network = model.network;
        const std::string bias = network.layers[network.logits].name + ".bias";
        std::vector<float> values = model.parameters.at(bias).toFloats();
        values[4] = 70; // 1 - p is about e^-70
        model.parameters[bias] = storeFloats({std::int64_t(values.size())}, values);
        m_executor = *engine::Device::makeExecutor(m_device, std::make_shared<const nn::Model>(std::move(model)));
        const auto trace = *m_executor->trace(nn::generateInput({1, 3, 32, 32}), {});
        const auto gradients = *nn::backward(*trace, {}, {});
        const nn::BlockGradientSums sums = *nn::blockGradientSums(*gradients, m_executor->model().network, 3);
        const double square = sums.ofImage(&nn::BlockGradientSums::gygy, 0);
        QVERIFY2(square > 0 && square < std::numeric_limits<float>::min(), QByteArray::number(square));
        expectGradientSumsOf(*gradients, kTolerance);
    }

    void moments_and_pixel_norms_agree_with_double_precision_data() { architectures(); }
    void moments_and_pixel_norms_agree_with_double_precision()
    {
        const auto trace = makeTrace();
        const nn::Network &network = m_executor->model().network;
        for (int b = -1; b < int(network.blocks.size()); ++b)
            for (const nn::Tap &tap : nn::tapsOf(network, b)) {
                const nn::Moments moments = *trace->moments(tap.layer),
                                  expected = nn::momentsOf(*trace->read(tap.layer));
                QVERIFY2(difference(moments.sum, expected.sum) <= kTolerance, tap.name.c_str());
                QVERIFY2(difference(moments.square, expected.square) <= kTolerance, tap.name.c_str());
                const Tensor norms = *trace->pixelNorms(tap.layer), exact = nn::pixelNormsOf(*trace->read(tap.layer));
                QVERIFY2(relativeError(norms, exact) <= kTolerance, worst(norms, exact));
            }
    }

    void a_sum_over_ten_million_elements_is_exact_to_five_digits()
    {
        nn::Model model; // only a head over an input of 4 x 1600 x 1600: 10.2 million elements
        model.network.layers = {{"input", nn::Input{4}, {}},
                                {"shrunk", nn::MaxPool{2, 16, 0}, {0}},
                                {"pool", nn::GlobalAveragePool{}, {1}},
                                {"head", nn::Linear{4, 2}, {2}},
                                {"softmax", nn::Softmax{}, {3}}};
        model.network.logits = 3;
        model.network.probabilities = 4;
        model.parameters["head.weight"] = storeFloats({2, 4}, std::vector<float>(8, 1.0f));
        model.parameters["head.bias"] = storeFloats({2}, {0.0f, 0.0f});
        ValidatedKernels kernels;
        const engine::DeviceWeights weights(*kernels.context, model, engine::Direction::Forward);
        const Tensor input = nn::generateInput({1, 4, 1600, 1600});
        engine::Pass pass(*kernels.store, model, weights, input.shape, engine::Keep::All);
        pass.run(input, {});
        const nn::Moments moments = engine::moments(*kernels.store, pass, 0), expected = nn::momentsOf(input);
        for (int c = 0; c < 4; ++c)
            QVERIFY2(std::abs(moments.square[c] - expected.square[c]) <= kTolerance * expected.square[c],
                     QByteArray::number(moments.square[c], 'g', 10) + " for " +
                         QByteArray::number(expected.square[c], 'g', 10));
        const Tensor norms = engine::pixelNorms(*kernels.store, pass, 0); // 2.56 million results: many workgroups
        QVERIFY2(relativeError(norms, nn::pixelNormsOf(input)) <= kTolerance, worst(norms, nn::pixelNormsOf(input)));
        QCOMPARE(kernels.context->messageCount(), 0);
    }

    void a_tensor_too_large_for_the_device_is_refused_in_words()
    {
        const auto executor = make("resnet8");
        const auto trace = executor->trace(nn::generateInput({1, 3, 1840, 1840}), {}); // 16 channels: 207 MiB
        QVERIFY(!trace);
        QVERIFY(trace.error().kind == ErrorKind::Limit);
        QVERIFY2(trace.error().problem.starts_with("one tensor would take 206 MiB"), trace.error().problem.c_str());
        QVERIFY(executor->forward(nn::generateInput({1, 3, 32, 32}), {})); // the executor still works
    }

    void an_average_over_more_pixels_than_a_loop_may_turn_is_refused_in_words()
    {
        const auto executor = make("resnet8");
        const auto forward = executor->forward(nn::generateInput({1, 3, 1000, 1000}), {}); // 250 x 250 at the end
        QVERIFY(!forward);
        QCOMPARE(forward.error().subject, std::string("avgpool"));
        QVERIFY(forward.error().kind == ErrorKind::Limit);
    }

    void what_has_no_value_has_no_sums()
    {
        const auto executor = make("resnet20");
        const auto trace = *executor->trace(nn::generateInput({1, 3, 32, 32}), {});
        QVERIFY(trace->moments(1).error().kind == ErrorKind::Unsupported); // conv1, folded
        QVERIFY(trace->moments(-1).error().kind == ErrorKind::NotFound);
        QVERIFY(trace->blockSums(9).error().kind == ErrorKind::NotFound);
        const auto gradients = *nn::backward(*trace, {}, {});
        QVERIFY(nn::blockGradientSums(*gradients, executor->model().network, 9).error().kind == ErrorKind::NotFound);
    }

private:
    void expectGradientSumsOf(const nn::Gradients &gradients, double tolerance)
    {
        const nn::Network &network = m_executor->model().network;
        for (int b = 0; b < int(network.blocks.size()); ++b) {
            const nn::BlockGradientSums sums = *nn::blockGradientSums(gradients, network, b),
                                        expected = *nn::blockGradientSumsOfTensors(gradients, network, b);
            QCOMPARE(sums.y, expected.y);
            QCOMPARE(sums.x, expected.x);
            for (const nn::GradientProduct &product : nn::kGradientProducts) {
                const bool isOfSkip = product.a == nn::BlockGradient::s;
                QCOMPARE((sums.*product.sum).empty(), isOfSkip && !network.blocks[b].hasShortcut());
                QVERIFY2(difference(sums.*product.sum, expected.*product.sum) <= tolerance,
                         network.blocks[b].name.c_str());
            }
        }
    }

    static void architectures()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("size");
        QTest::newRow("identity and zero-padded") << "resnet20" << 32;
        QTest::newRow("projections, odd size") << "resnet50" << 75;
        QTest::newRow("plain") << "plain20" << 32;
    }

    std::unique_ptr<nn::Trace> makeTrace()
    {
        QFETCH(QString, architecture);
        QFETCH(int, size);
        m_executor = make(architecture.toStdString());
        return std::move(*m_executor->trace(nn::generateInput({2, 3, size, size}), {}));
    }

    std::unique_ptr<nn::Executor> make(const std::string &architecture)
    {
        auto executor = engine::Device::makeExecutor(m_device, generatedModel(architecture));
        return executor ? std::move(*executor) : nullptr;
    }

    std::shared_ptr<engine::Device> m_device;
    std::unique_ptr<nn::Executor> m_executor;
};

QTEST_GUILESS_MAIN(EngineReductionsTest)
#include "engine_reductions_test.moc"
