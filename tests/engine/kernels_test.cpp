// Every kernel against PyTorch's golden values and against the formulas, one operation at a time, under validation.
#include "engine/pass.h"
#include "engine/validated_device.h"
#include "reference/conv2d.h"
#include "support/compare.h"
#include "support/conv_cases.h"
#include "support/golden.h"

#include <QTest>

#include <optional>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

constexpr double kTolerance = 1e-5;

StoredTensor stored(std::vector<std::int64_t> shape, const std::vector<float> &values)
{
    return storeFloats(std::move(shape), values);
}

/// A batch norm with the same values for every channel; as it stands it changes nothing.
struct Norm {
    float gamma = 1, beta = 0, mean = 0, variance = 1;
};

/// A network whose layer 1 (and 2: the batch norm that every convolution has) is the operation under test; a head
/// follows, since every network has one.
class SingleOp {
public:
    explicit SingleOp(int channels)
    {
        m_model.network.layers.push_back({"input", nn::Input{channels}, {}});
        m_model.network.blocks.resize(1);
    }

    SingleOp &add(const nn::Op &op, const char *name = "op")
    {
        const int previous = int(m_model.network.layers.size()) - 1;
        m_model.network.layers.push_back({name, op, {previous}});
        return *this;
    }

    SingleOp &addBatchNorm(int channels, const Norm &norm = {})
    {
        const auto all = [&](float value) { return stored({channels}, std::vector<float>(channels, value)); };
        nn::Parameters &p = m_model.parameters;
        p["norm.weight"] = all(norm.gamma);
        p["norm.bias"] = all(norm.beta);
        p["norm.running_mean"] = all(norm.mean);
        p["norm.running_var"] = all(norm.variance);
        return add(nn::BatchNorm{channels, 0.0f}, "norm");
    }

    SingleOp &weights(const Tensor &w)
    {
        m_model.parameters["op.weight"] = stored({w.shape.n, w.shape.c, w.shape.h, w.shape.w}, w.values);
        return *this;
    }

    SingleOp &bias(const Tensor &b)
    {
        m_model.parameters["op.bias"] = stored({std::int64_t(b.values.size())}, b.values);
        return *this;
    }

    Tensor run(KernelStore &kernels, const Tensor &x, const nn::RunOptions &options = {})
    {
        nn::Network &network = m_model.network;
        const int tested = int(network.layers.size()) - 1;
        const int channels = nn::layerShapes(network, x.shape)[tested].c;
        network.layers.push_back({"pool", nn::GlobalAveragePool{}, {tested}});
        network.layers.push_back({"head", nn::Linear{channels, 2}, {tested + 1}});
        network.layers.push_back({"softmax", nn::Softmax{}, {tested + 2}});
        network.logits = tested + 2;
        network.probabilities = tested + 3;
        m_model.parameters["head.weight"] = stored({2, channels}, std::vector<float>(2 * channels, 0.5f));
        m_model.parameters["head.bias"] = stored({2}, {0.0f, 1.0f});
        const DeviceWeights onDevice(kernels.context(), m_model, Direction::Forward);
        Pass pass(kernels, m_model, onDevice, x.shape, Mode::Trace);
        pass.run(x, options);
        return pass.read(tested);
    }

private:
    nn::Model m_model;
};

} // namespace

class KernelsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_device.emplace(); }
    void cleanup() { QCOMPARE(m_device->context->messageCount(), 0); }

    void convolution_agrees_with_pytorch_data() { golden("conv2d"); }
    void convolution_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            const nn::Conv2d op = conv2dOf(c);
            return SingleOp(op.channelsIn).add(op).weights(c["w"]).addBatchNorm(op.channelsOut).run(store(), c["x"]);
        });
    }

    void convolution_agrees_with_the_formula_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(kConvCases)); ++i)
            QTest::newRow(kConvCases[i].name) << i;
    }

    void convolution_agrees_with_the_formula()
    {
        QFETCH(int, index);
        const ConvCase &c = kConvCases[index];
        const Tensor x = inputOf(c), w = weightsOf(c);
        const Tensor y = SingleOp(c.op.channelsIn).add(c.op).weights(w).addBatchNorm(c.op.channelsOut).run(store(), x);
        const Tensor expected = reference::conv2d(c.op, x, w);
        QVERIFY2(relativeError(y, expected) <= kTolerance, worst(y, expected));
    }

    void max_pool_agrees_with_pytorch_data() { golden("max_pool"); }
    void max_pool_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(maxPoolOf(c)).run(store(), c["x"]); });
    }

    void zero_pad_shortcut_agrees_with_pytorch_data() { golden("zero_pad_shortcut"); }
    void zero_pad_shortcut_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(zeroPadShortcutOf(c)).run(store(), c["x"]); });
    }

    void global_average_pool_agrees_with_pytorch_data() { golden("global_average_pool"); }
    void global_average_pool_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            return SingleOp(c["x"].shape.c).add(nn::GlobalAveragePool{}).run(store(), c["x"]);
        });
    }

    void relu_agrees_with_pytorch_data() { golden("relu"); }
    void relu_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(nn::Relu{}).run(store(), c["x"]); });
    }

    void linear_agrees_with_pytorch_data() { golden("linear"); }
    void linear_agrees_with_pytorch()
    {
        check([&](const OpCase &c) {
            const nn::Linear op = linearOf(c);
            return SingleOp(op.featuresIn).add(op).weights(c["w"]).bias(c["b"]).run(store(), c["x"]);
        });
    }

    void softmax_agrees_with_pytorch_data() { golden("softmax"); }
    void softmax_agrees_with_pytorch()
    {
        check([&](const OpCase &c) { return SingleOp(c["x"].shape.c).add(nn::Softmax{}).run(store(), c["x"]); });
    }

    void a_batch_norm_is_folded_into_its_convolution()
    {
        const nn::Conv2d op{6, 9, 3, 1, 1};
        const Tensor x = generatedTensor("x", {2, 6, 7, 5}), w = generatedTensor("w", {9, 6, 3, 3});
        Tensor expected = reference::conv2d(op, x, w);
        for (float &value : expected.values) // gamma * (value - mean) / sqrt(variance) + beta
            value = 3.0f * (value - 0.25f) / 2.0f + 0.5f;
        const Tensor y = SingleOp(6).add(op).weights(w).addBatchNorm(9, {3.0f, 0.5f, 0.25f, 4.0f}).run(store(), x);
        QVERIFY2(relativeError(y, expected) <= kTolerance, worst(y, expected));
    }

private:
    void golden(const char *op)
    {
        QTest::addColumn<int>("index");
        m_cases = opCases(op);
        QVERIFY(!m_cases.empty());
        for (int i = 0; i < int(m_cases.size()); ++i)
            QTest::newRow(m_cases[i].name.c_str()) << i;
    }

    template <typename Run>
    void check(Run run)
    {
        QFETCH(int, index);
        const OpCase &c = m_cases[index];
        const Tensor y = run(c);
        QVERIFY2(relativeError(y, c["y"]) <= kTolerance, worst(y, c["y"]));
    }

    KernelStore &store() { return *m_device->store; }

    std::optional<ValidatedKernels> m_device;
    std::vector<OpCase> m_cases;
};

QTEST_GUILESS_MAIN(KernelsTest)
#include "kernels_test.moc"
