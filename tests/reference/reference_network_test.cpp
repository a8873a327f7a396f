// Whole networks against PyTorch: every known architecture.
#include "reference/executor.h"
#include "support/network_golden.h"

#include <QTest>

using namespace reslens;

class ReferenceNetworkTest : public QObject {
    Q_OBJECT

private slots:
    void logits_and_every_y_agree_with_pytorch_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const std::string &name : test::goldenArchitectures())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void logits_and_every_y_agree_with_pytorch()
    {
        QFETCH(QString, architecture);
        const std::string name = architecture.toStdString();
        const auto executor = reference::makeExecutor(test::generatedModel(name), "test");
        const test::Agreement agreement = test::checkNetworkAgainstGolden(*executor, test::readNetworkGolden(name));
        QVERIFY2(agreement.worstError <= test::kNetworkTolerance, agreement.message.c_str());
        qInfo("%s", agreement.message.c_str());
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
        const test::Agreement agreement = test::checkNetworkAgainstGolden(*executor, test::readNetworkGolden(name));
        QVERIFY2(agreement.worstError <= test::kNetworkTolerance, agreement.message.c_str());
    }

    void a_single_wrong_value_is_noticed_and_named()
    {
        const auto executor = reference::makeExecutor(test::generatedModel("resnet20"), "test");
        test::NetworkGolden golden = test::readNetworkGolden("resnet20");
        golden.blocks[4].sample[100] += 0.01f * float(golden.blocks[4].norm);
        const test::Agreement agreement = test::checkNetworkAgainstGolden(*executor, golden);
        QVERIFY(agreement.worstError > test::kNetworkTolerance);
        QVERIFY2(agreement.message.starts_with(golden.blocks[4].name + ": sample of y"), agreement.message.c_str());
    }
};

QTEST_GUILESS_MAIN(ReferenceNetworkTest)
#include "reference_network_test.moc"
