// Whole networks' gradients against PyTorch's autograd: every family of architectures.
#include "reference/executor.h"
#include "support/gradient_golden.h"

#include <QTest>

using namespace reslens;

class ReferenceNetworkGradientTest : public QObject {
    Q_OBJECT

private slots:
    void every_gradient_agrees_with_pytorch_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const std::string &name : test::gradientArchitectures())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void every_gradient_agrees_with_pytorch()
    {
        QFETCH(QString, architecture);
        const std::string name = architecture.toStdString();
        const auto executor = reference::makeExecutor(test::generatedModel(name), "test");
        const auto agreement = test::checkGradientsAgainstGolden(*executor, test::readGradientGolden(name));
        QVERIFY2(agreement.isGood(), agreement.message().c_str());
        qInfo("%s", agreement.message().c_str());
    }

    void the_formulas_alone_agree_with_pytorch_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char *name : {"resnet20", "resnet20_b", "plain20"})
            QTest::newRow(name) << name;
    }

    void the_formulas_alone_agree_with_pytorch()
    {
        QFETCH(QString, architecture);
        const std::string name = architecture.toStdString();
        const auto executor = reference::makeExecutor(test::generatedModel(name), "test", reference::Arithmetic::Naive);
        const auto agreement = test::checkGradientsAgainstGolden(*executor, test::readGradientGolden(name));
        QVERIFY2(agreement.isGood(), agreement.message().c_str());
    }

    void a_single_wrong_value_is_noticed_and_named_data()
    {
        QTest::addColumn<QString>("gradient");
        for (const char *name : {"layer2.1.gs", "layer3.0.gF", "layer2.0.bn1.weight", "fc.bias", "input"})
            QTest::newRow(name) << name;
    }

    void a_single_wrong_value_is_noticed_and_named()
    {
        QFETCH(QString, gradient);
        const auto executor = reference::makeExecutor(test::generatedModel("resnet20"), "test");
        test::GradientGolden golden = test::readGradientGolden("resnet20");
        test::SampledGradient &wrong = golden.tensors.at(gradient.toStdString());
        wrong.sample[wrong.sample.size() / 2] += 0.01f * float(wrong.norm);
        const auto agreement = test::checkGradientsAgainstGolden(*executor, golden);
        QVERIFY(!agreement.isGood());
        QVERIFY2(agreement.message().find(gradient.toStdString() + " (sample)") != std::string::npos,
                 agreement.message().c_str());
    }
};

QTEST_GUILESS_MAIN(ReferenceNetworkGradientTest)
#include "reference_network_gradient_test.moc"
