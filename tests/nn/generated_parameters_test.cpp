#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "support/golden.h"

#include <QTest>

#include <algorithm>

using namespace reslens;

class GeneratedParametersTest : public QObject {
    Q_OBJECT

private slots:
    void values_are_bit_for_bit_those_of_the_python_generator()
    {
        const auto golden = test::readGolden("generated_parameters.safetensors", "reslens generator golden 1");
        const nn::Network network = nn::buildNetwork(nn::architectureNamed(golden.metadata.at("architecture")).value());
        const nn::Parameters parameters = nn::generateParameters(network);
        QCOMPARE(parameters.size() + 1, golden.tensors.size()); // plus the input
        for (const auto &[name, stored] : parameters) {
            const std::vector<float> expected = golden.tensor(name).values, values = stored.toFloats();
            QVERIFY2(std::equal(expected.begin(), expected.end(), values.begin()), name.c_str());
        }
        QCOMPARE(nn::generateInput({1, 3, 4, 4}).values, golden.tensor("input").values);
    }

    void every_parameter_of_every_network_is_generated()
    {
        for (const char *name : {"resnet18", "resnext50_32x4d", "resnet20", "plain20"}) {
            const nn::Network network = nn::buildNetwork(nn::architectureNamed(name).value());
            const nn::Parameters parameters = nn::generateParameters(network);
            const std::vector<nn::ParameterSpec> specs = nn::parametersOf(network);
            QCOMPARE(parameters.size(), specs.size());
            for (const nn::ParameterSpec &spec : specs)
                QCOMPARE(parameters.at(spec.name).shape, spec.shape);
        }
    }

    void a_stream_fills_its_interval_evenly()
    {
        constexpr int kCount = 100000;
        double sum = 0, squares = 0;
        for (int i = 0; i < kCount; ++i) {
            const double u = nn::generatedUniform(nn::streamHash("any name"), std::uint64_t(i));
            QVERIFY(u >= -1 && u < 1);
            sum += u;
            squares += u * u;
        }
        QVERIFY(std::abs(sum / kCount) < 0.01);
        QVERIFY(std::abs(squares / kCount - 1.0 / 3) < 0.01);
    }
};

QTEST_GUILESS_MAIN(GeneratedParametersTest)
#include "generated_parameters_test.moc"
