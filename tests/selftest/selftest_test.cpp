// The self-test names what is wrong, and accepts what is right. Faults are planted in the CPU reference.
#include "selftest/selftest.h"

#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "reference/executor.h"
#include "selftest/faulty_executor.h"
#include "support/network_golden.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr float kFaultyFactor = 1.001f; // ten times the rounding errors, yet invisible to a person

void scale(std::vector<float> &values)
{
    for (float &value : values)
        value *= kFaultyFactor;
}

void forgetOneRow(std::vector<float> &values)
{
    std::fill(values.end() - std::ptrdiff_t(values.size() / 8), values.end(), 0.0f);
}

void spoilOneElement(std::vector<float> &values)
{
    values[values.size() / 2] = std::numeric_limits<float>::quiet_NaN();
}

} // namespace

class SelftestTest : public QObject {
    Q_OBJECT

private slots:
    void the_reference_agrees_with_itself_to_the_last_bit()
    {
        const auto report = run({});
        QVERIFY(report);
        QVERIFY(report->isGood());
        QCOMPARE(report->worst(selftest::Pass::Forward)->difference.relative, 0.0);
        QCOMPARE(report->worst(selftest::Pass::Backward)->difference.relative, 0.0);
        QCOMPARE(report->differingChoices, std::size_t(0));
    }

    void every_layer_every_block_and_every_parameter_is_compared()
    {
        const auto report = run({});
        QVERIFY(report);
        std::set<std::string> tensors;
        for (const selftest::Check &check : report->checks)
            tensors.insert(check.tensor);
        for (std::size_t l = 1; l < m_network.layers.size(); ++l)
            QVERIFY2(tensors.contains(m_network.layers[l].name), m_network.layers[l].name.c_str());
        for (const nn::Block &block : m_network.blocks)
            for (const char *gradient : {".gy", ".gs", ".gF", ".gx"})
                QVERIFY2(tensors.contains(block.name + gradient), (block.name + gradient).c_str());
        for (const nn::ParameterSpec &spec : nn::parametersOf(m_network))
            QCOMPARE(tensors.contains(spec.name), spec.isTrained);
        QVERIFY(tensors.contains("gradient at input"));
    }

    void any_single_wrong_layer_is_named_data()
    {
        QTest::addColumn<int>("layer");
        for (int l = 1; l < int(m_network.layers.size()); ++l)
            QTest::newRow(m_network.layers[l].name.c_str()) << l;
    }
    void any_single_wrong_layer_is_named()
    {
        QFETCH(int, layer);
        const auto report = run({.layer = layer, .falsify = scale});
        QVERIFY(report);
        QVERIFY(report->firstWrong());
        QCOMPARE(report->firstWrong()->tensor, m_network.layers[layer].name);
        QVERIFY(report->firstWrong()->pass == selftest::Pass::Forward);
    }

    void a_layer_that_forgets_a_part_or_spoils_one_element_is_named()
    {
        const int layer = m_network.blocks[1].F;
        for (const auto falsify : {forgetOneRow, spoilOneElement}) {
            const auto report = run({.layer = layer, .falsify = falsify});
            QVERIFY(report);
            QVERIFY(!report->isGood());
            QCOMPARE(report->firstWrong()->tensor, std::string("layer2.0.bn2"));
            QCOMPARE(report->firstWrong()->place, std::string("layer2.0"));
        }
    }

    void a_wrong_gradient_of_a_layer_is_named()
    {
        const int layer = m_network.blocks[2].u;
        const auto report = run({.gradientLayer = layer, .falsify = scale});
        QVERIFY(report);
        QCOMPARE(report->firstWrong()->tensor, std::string("gradient at layer3.0.add"));
        QCOMPARE(report->firstWrong()->maker, std::string("backward of ReLU layer3.0.relu"));
        QVERIFY(report->firstWrong()->pass == selftest::Pass::Backward);
    }

    void a_wrong_way_through_a_branch_is_named()
    {
        const auto report = run({.blockOfBranch = 1, .falsify = scale});
        QVERIFY(report);
        QCOMPARE(report->firstWrong()->tensor, std::string("layer2.0.gF"));
        QCOMPARE(report->firstWrong()->maker, std::string("backward of conv 3x3/2 layer2.0.conv1"));
    }

    void a_wrong_gradient_of_a_parameter_is_named()
    {
        const auto report = run({.parameter = "layer1.0.bn1.weight", .falsify = forgetOneRow});
        QVERIFY(report);
        QCOMPARE(report->firstWrong()->tensor, std::string("layer1.0.bn1.weight"));
    }

    void a_fault_of_the_fast_mode_alone_is_named()
    {
        const auto report = run({.isInFastMode = true, .falsify = scale});
        QVERIFY(report);
        QCOMPARE(report->firstWrong()->tensor, std::string("logits of the fast mode"));
    }

    void layers_that_are_folded_away_are_named_with_the_one_that_swallowed_them()
    {
        const int bn = *layerNamed("layer2.0.bn1");
        const auto report = run({.layer = bn, .folded = {bn - 1}, .falsify = scale});
        QVERIFY(report);
        QCOMPARE(report->firstWrong()->maker, std::string("conv 3x3/2 layer2.0.conv1, batch norm layer2.0.bn1"));
        const int relu = *layerNamed("layer2.0.relu1");
        const auto backward = run({.gradientLayer = bn, .folded = {relu}, .falsify = scale});
        QVERIFY(backward);
        QCOMPARE(backward->firstWrong()->maker,
                 std::string("backward of conv 3x3 layer2.0.conv2, ReLU layer2.0.relu1"));
    }

    void weights_that_are_not_finite_are_an_error_that_names_the_layer()
    {
        auto model = std::make_shared<nn::Model>(*generatedModel("resnet8"));
        model->parameters["layer2.0.conv1.weight"] =
            storeFloats({32, 16, 3, 3}, std::vector<float>(32 * 16 * 9, std::numeric_limits<float>::infinity()));
        const auto executor = reference::makeExecutor(model, "test");
        const auto report = selftest::selftest(*executor, *executor, nn::generateInput({1, 3, 32, 32}));
        QVERIFY(!report);
        QVERIFY(report.error().kind == ErrorKind::InvalidInput);
        QVERIFY2(report.error().subject.starts_with("layer2.0."), report.error().message().c_str());
    }

    void a_stop_cancels()
    {
        std::stop_source source;
        source.request_stop();
        const auto report =
            selftest::selftest(*m_reference, *m_reference, nn::generateInput({1, 3, 32, 32}), source.get_token());
        QVERIFY(!report);
        QVERIFY(report.error().kind == ErrorKind::Cancelled);
    }

private:
    Result<selftest::Report> run(const Fault &fault)
    {
        FaultyExecutor faulty(reference::makeExecutor(m_model, "test"), fault);
        return selftest::selftest(faulty, *m_reference, nn::generateInput({1, 3, 32, 32}));
    }

    std::optional<int> layerNamed(const std::string &name) const
    {
        for (int l = 0; l < int(m_network.layers.size()); ++l)
            if (m_network.layers[l].name == name)
                return l;
        return std::nullopt;
    }

    const std::shared_ptr<const nn::Model> m_model = generatedModel("resnet8");
    const nn::Network &m_network = m_model->network;
    const std::unique_ptr<nn::Executor> m_reference = reference::makeExecutor(m_model, "test");
};

QTEST_GUILESS_MAIN(SelftestTest)
#include "selftest_test.moc"
