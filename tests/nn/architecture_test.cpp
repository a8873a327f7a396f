#include "nn/architecture.h"

#include <QTest>

using namespace reslens::nn;

class ArchitectureTest : public QObject {
    Q_OBJECT

private slots:
    void every_known_name_is_an_architecture_of_that_name()
    {
        const std::vector<std::string> names = knownArchitectures();
        QCOMPARE(names.size(), std::size_t(22));
        for (const std::string &name : names) {
            const auto architecture = architectureNamed(name);
            QVERIFY2(architecture, name.c_str());
            QCOMPARE(architecture->name, name);
            QCOMPARE(nameFor(*architecture), name);
        }
    }

    void cifar_names_of_any_depth_6n_plus_2_are_understood_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("blocks");
        QTest::addColumn<ShortcutKind>("shortcut");
        QTest::addColumn<QString>("canonical");
        QTest::newRow("smallest") << "resnet8" << 3 << ShortcutKind::ZeroPad << "resnet8";
        QTest::newRow("depth 1202") << "resnet1202" << 600 << ShortcutKind::ZeroPad << "resnet1202";
        QTest::newRow("option B") << "resnet20_b" << 9 << ShortcutKind::Projection << "resnet20_b";
        QTest::newRow("plain") << "plain56" << 27 << ShortcutKind::None << "plain56";
        QTest::newRow("needless ending") << "resnet20_cifar" << 9 << ShortcutKind::ZeroPad << "resnet20";
        QTest::newRow("torchvision's depth") << "resnet50_cifar" << 24 << ShortcutKind::ZeroPad << "resnet50_cifar";
        QTest::newRow("both endings") << "resnet152_b_cifar" << 75 << ShortcutKind::Projection << "resnet152_b";
    }

    void cifar_names_of_any_depth_6n_plus_2_are_understood()
    {
        QFETCH(QString, name);
        const auto architecture = architectureNamed(name.toStdString());
        QVERIFY(architecture);
        QVERIFY(architecture->stem == StemKind::Cifar);
        QCOMPARE(architecture->depths.size(), std::size_t(3));
        QTEST(architecture->depths[0] + architecture->depths[1] + architecture->depths[2], "blocks");
        QTEST(architecture->shortcut, "shortcut");
        QTEST(QString::fromStdString(architecture->name), "canonical");
        QVERIFY(architectureNamed(architecture->name) == architecture);
    }

    void other_names_are_no_architecture_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name :
             {"", "resnet", "plain", "vgg16", "resnet21", "resnet2", "resnet-20", "resnet+20", "resnet20x", "resnet 20",
              "plain20_b", "resnet99999999999999999998", "resnet3002", "ResNet50", "resnet20_c", "_b", "_cifar"})
            QTest::newRow(name) << name;
    }

    void other_names_are_no_architecture()
    {
        QFETCH(QString, name);
        QVERIFY(!architectureNamed(name.toStdString()));
    }

    void a_new_head_does_not_change_the_name()
    {
        Architecture architecture = architectureNamed("resnet50").value();
        architecture.classes = 7;
        architecture.name = "";
        QCOMPARE(nameFor(architecture), std::string("resnet50"));
    }

    void an_unpublished_network_spells_out_its_numbers()
    {
        Architecture architecture = architectureNamed("resnext50_32x4d").value();
        architecture.depths = {1, 2, 2, 1};
        QCOMPARE(nameFor(architecture), std::string("resnet-bottleneck-1.2.2.1-w64-g32x4"));
        architecture = architectureNamed("plain20").value();
        architecture.stemChannels = 32;
        QCOMPARE(nameFor(architecture), std::string("plain-basic-3.3.3-w32"));
    }

    void widths_follow_from_the_table()
    {
        const Architecture wide = architectureNamed("wide_resnet50_2").value();
        QCOMPARE(wide.innerChannels(0), 128);
        QCOMPARE(wide.innerChannels(3), 1024);
        QCOMPARE(wide.featureChannels(), 2048);
        const Architecture resnext = architectureNamed("resnext101_32x8d").value();
        QCOMPARE(resnext.innerChannels(0), 256);
        QCOMPARE(resnext.innerChannels(3), 2048);
        const Architecture cifar = architectureNamed("resnet110").value();
        QCOMPARE(cifar.featureChannels(), 64);
        QCOMPARE(cifar.inputSize(), 32);
        QCOMPARE(wide.inputSize(), 224);
    }
};

QTEST_GUILESS_MAIN(ArchitectureTest)
#include "architecture_test.moc"
