#include "nn/network.h"
#include "nn/resnet.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace reslens;
using namespace reslens::nn;

namespace {

Network networkNamed(const char *name)
{
    return buildNetwork(architectureNamed(name).value());
}

template <typename Kind>
int countOf(const Network &network)
{
    return int(
        std::ranges::count_if(network.layers, [](const Layer &l) { return std::holds_alternative<Kind>(l.op); }));
}

/// "x F s u y conv1 conv2"
QString tapNames(const Network &network, int block)
{
    QStringList names;
    for (const Tap &tap : tapsOf(network, block))
        names << QString::fromStdString(tap.name);
    return names.join(' ');
}

} // namespace

class NetworkTest : public QObject {
    Q_OBJECT

private slots:
    void parameters_and_multiply_adds_are_the_published_ones_data()
    {
        QTest::addColumn<qint64>("parameters");
        QTest::addColumn<double>("gigaMacs");
        // From torchvision 0.14.1, models/resnet.py.
        QTest::newRow("resnet18") << qint64(11689512) << 1.814;
        QTest::newRow("resnet34") << qint64(21797672) << 3.664;
        QTest::newRow("resnet50") << qint64(25557032) << 4.089;
        QTest::newRow("resnet101") << qint64(44549160) << 7.801;
        QTest::newRow("resnet152") << qint64(60192808) << 11.514;
        QTest::newRow("resnext50_32x4d") << qint64(25028904) << 4.230;
        QTest::newRow("resnext101_32x8d") << qint64(88791336) << 16.414;
        QTest::newRow("resnext101_64x4d") << qint64(83455272) << 15.460;
        QTest::newRow("wide_resnet50_2") << qint64(68883240) << 11.398;
        QTest::newRow("wide_resnet101_2") << qint64(126886696) << 22.753;
    }

    void parameters_and_multiply_adds_are_the_published_ones()
    {
        const Network network = networkNamed(QTest::currentDataTag());
        QTEST(qint64(parameterCount(network)), "parameters");
        QFETCH(double, gigaMacs);
        const double computed = double(macs(network, {1, 3, 224, 224})) / 1e9;
        QVERIFY2(std::abs(computed - gigaMacs) <= 0.0005, qPrintable(QString::number(computed, 'f', 5)));
    }

    void cifar_parameters_are_the_papers_in_millions_data()
    {
        QTest::addColumn<double>("millions"); // He et al. 2015, table 6
        QTest::newRow("resnet20") << 0.27;
        QTest::newRow("resnet32") << 0.46;
        QTest::newRow("resnet44") << 0.66;
        QTest::newRow("resnet56") << 0.85;
        QTest::newRow("resnet110") << 1.7;
    }

    void cifar_parameters_are_the_papers_in_millions()
    {
        QFETCH(double, millions);
        const double unit = millions < 1 ? 0.01 : 0.1; // as many digits as the paper prints
        const double computed = double(parameterCount(networkNamed(QTest::currentDataTag()))) / 1e6;
        QVERIFY2(std::abs(computed - millions) <= 0.6 * unit, qPrintable(QString::number(computed, 'f', 4)));
    }

    void a_plain_twin_has_no_addition_and_no_shortcut()
    {
        const Network residual = networkNamed("resnet20"), plain = networkNamed("plain20");
        QCOMPARE(parameterCount(plain), parameterCount(residual));
        QCOMPARE(macs(plain, {1, 3, 32, 32}), macs(residual, {1, 3, 32, 32}));
        QCOMPARE(countOf<Add>(plain), 0);
        QCOMPARE(countOf<ZeroPadShortcut>(plain), 0);
        for (const Block &block : plain.blocks) {
            QVERIFY(!block.hasShortcut());
            QVERIFY(!block.identity);
            QCOMPARE(block.u, block.F);
        }
    }

    void the_depth_in_a_name_counts_the_weighted_layers_data()
    {
        QTest::addColumn<int>("depth");
        QTest::addColumn<int>("blocks");
        QTest::newRow("resnet18") << 18 << 8;
        QTest::newRow("resnet34") << 34 << 16;
        QTest::newRow("resnet50") << 50 << 16;
        QTest::newRow("resnet101") << 101 << 33;
        QTest::newRow("resnet152") << 152 << 50;
        QTest::newRow("plain34") << 34 << 16;
        QTest::newRow("resnet20") << 20 << 9;
        QTest::newRow("resnet110") << 110 << 54;
        QTest::newRow("plain56") << 56 << 27;
    }

    void the_depth_in_a_name_counts_the_weighted_layers()
    {
        const Network network = networkNamed(QTest::currentDataTag());
        const auto isShortcut = [](const Layer &l) { return l.name.find("downsample.0") != std::string::npos; };
        const int projections = int(std::ranges::count_if(network.layers, isShortcut));
        QTEST(countOf<Conv2d>(network) - projections + countOf<Linear>(network), "depth");
        QTEST(int(network.blocks.size()), "blocks");
    }

    void layers_read_only_what_ran_before_them()
    {
        for (const std::string &name : knownArchitectures()) {
            const Network network = networkNamed(name.c_str());
            std::set<std::string> names;
            QVERIFY(std::holds_alternative<Input>(network.layers[0].op));
            for (int l = 0; l < int(network.layers.size()); ++l) {
                for (const int input : network.layers[l].inputs)
                    QVERIFY(input >= 0 && input < l);
                QCOMPARE(network.layers[l].inputs.empty(), l == 0);
                QVERIFY2(names.insert(network.layers[l].name).second, network.layers[l].name.c_str());
            }
        }
    }

    void blocks_follow_one_another_and_cover_the_body()
    {
        for (const std::string &name : knownArchitectures()) {
            const Network network = networkNamed(name.c_str());
            int x = network.stem;
            for (int b = 0; b < int(network.blocks.size()); ++b) {
                const Block &block = network.blocks[b];
                QCOMPARE(block.x, x);
                QCOMPARE(block.firstLayer, x + 1);
                QCOMPARE(block.lastLayer, block.y);
                QVERIFY(std::holds_alternative<Relu>(network.layers[block.y].op));
                QCOMPARE(network.layers[block.y].inputs, std::vector<int>{block.u});
                QVERIFY(std::holds_alternative<BatchNorm>(network.layers[block.F].op));
                if (block.hasShortcut()) {
                    QCOMPARE(std::get<Add>(network.layers[block.u].op).block, b);
                    QCOMPARE(network.layers[block.u].inputs, (std::vector<int>{block.s, block.F}));
                }
                QCOMPARE(network.blockNamed(block.name), std::optional<int>(b));
                x = block.y;
            }
            QCOMPARE(network.layers[network.features].inputs, std::vector<int>{x});
            QCOMPARE(network.layers[network.logits].inputs, std::vector<int>{network.features});
            QCOMPARE(network.probabilities, int(network.layers.size()) - 1);
        }
    }

    void identity_means_that_the_shortcut_is_the_input_data()
    {
        QTest::addColumn<QString>("identities"); // one letter per block
        QTest::newRow("resnet18") << "IIpIpIpI";
        QTest::newRow("resnet50") << "pIIpIIIpIIIIIpII"; // a bottleneck widens in stage 1 too
        QTest::newRow("resnet20") << "IIIzIIzII";
        QTest::newRow("resnet20_b") << "IIIpIIpII";
    }

    void identity_means_that_the_shortcut_is_the_input()
    {
        const Network network = networkNamed(QTest::currentDataTag());
        QString letters;
        for (const Block &block : network.blocks) {
            const bool isZeroPad = std::holds_alternative<ZeroPadShortcut>(network.layers[block.s].op);
            letters += block.identity ? 'I' : isZeroPad ? 'z' : 'p';
            QCOMPARE(block.identity, block.s == block.x);
        }
        QTEST(letters, "identities");
    }

    void shapes_halve_from_stage_to_stage()
    {
        const Network network = networkNamed("resnet50");
        const std::vector<Shape> shapes = layerShapes(network, {2, 3, 224, 224});
        QCOMPARE(shapes[network.stem], (Shape{2, 64, 56, 56}));
        QCOMPARE(shapes[network.blocks[0].y], (Shape{2, 256, 56, 56}));
        QCOMPARE(shapes[network.blocks[3].y], (Shape{2, 512, 28, 28}));
        QCOMPARE(shapes[network.blocks[15].y], (Shape{2, 2048, 7, 7}));
        QCOMPARE(shapes[network.features], (Shape{2, 2048, 1, 1}));
        QCOMPARE(shapes[network.probabilities], (Shape{2, 1000, 1, 1}));
    }

    void the_two_inputs_of_an_addition_have_one_shape_for_any_image_size()
    {
        for (const char *name : {"resnet18", "resnext50_32x4d", "resnet20", "resnet20_b"})
            for (const int size : {1, 17, 33, 50}) {
                const Network network = networkNamed(name);
                const std::vector<Shape> shapes = layerShapes(network, {1, 3, size, size + 3});
                for (const Block &block : network.blocks)
                    QVERIFY2(shapes[block.s] == shapes[block.F],
                             qPrintable(QString("%1 %2 at %3").arg(name, block.name.c_str()).arg(size)));
            }
    }

    void the_stride_of_a_bottleneck_is_in_its_3x3_convolution()
    {
        const Network network = networkNamed("resnet50");
        const auto convNamed = [&](const char *name) {
            return std::get<Conv2d>(std::ranges::find(network.layers, name, &Layer::name)->op);
        };
        QCOMPARE(convNamed("layer2.0.conv1").stride, 1);
        QCOMPARE(convNamed("layer2.0.conv2").stride, 2);
        QCOMPARE(convNamed("layer2.0.downsample.0").stride, 2);
    }

    void taps_name_what_a_person_can_look_at()
    {
        const Network resnet = networkNamed("resnet50");
        QCOMPARE(tapNames(resnet, -1), QString("input y conv1"));
        QCOMPARE(tapNames(resnet, 0), QString("x F s u y downsample.0 conv1 conv2 conv3"));
        QCOMPARE(tapNames(resnet, 1), QString("x F s u y conv1 conv2 conv3"));
        QCOMPARE(tapNames(networkNamed("plain20"), 0), QString("x F y conv1 conv2"));
        for (const Tap &tap : tapsOf(resnet, 0)) {
            const bool isAfterRelu = tap.name == "x" || tap.name == "y";
            QCOMPARE(tap.isSigned, !isAfterRelu);
        }
        const Block &identity = resnet.blocks[1];
        for (const Tap &tap : tapsOf(resnet, 1))
            if (tap.name == "s") {
                QCOMPARE(tap.layer, identity.x);
                QVERIFY(!tap.isSigned); // it is the previous block's y
            }
    }

    void parameters_are_named_as_in_torchvision()
    {
        const Network network = networkNamed("resnext50_32x4d");
        std::map<std::string, std::vector<std::int64_t>> shapes;
        for (const ParameterSpec &spec : parametersOf(network))
            shapes[spec.name] = spec.shape;
        using Extents = std::vector<std::int64_t>;
        QCOMPARE(shapes.at("conv1.weight"), (Extents{64, 3, 7, 7}));
        QCOMPARE(shapes.at("layer1.0.conv2.weight"), (Extents{128, 4, 3, 3}));
        QCOMPARE(shapes.at("layer4.0.downsample.1.running_var"), (Extents{2048}));
        QCOMPARE(shapes.at("fc.weight"), (Extents{1000, 2048}));
        QCOMPARE(shapes.at("fc.bias"), (Extents{1000}));
    }

    void ops_describe_themselves_in_words()
    {
        QCOMPARE(describe(Conv2d{3, 64, 7, 2, 3}), std::string("conv 7x7/2"));
        QCOMPARE(describe(Conv2d{64, 64, 3, 1, 1, 32}), std::string("conv 3x3 groups 32"));
        QCOMPARE(describe(MaxPool{3, 2, 1}), std::string("max-pool 3x3/2"));
        QCOMPARE(describe(Conv2d{8, 8, 3, 1, 2, 1, 2}), std::string("conv 3x3 dilation 2"));
    }
};

QTEST_GUILESS_MAIN(NetworkTest)
#include "network_test.moc"
