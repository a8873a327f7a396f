// The inputs that a value depends on, by the formulas and by experiment.
#include "nn/generated_parameters.h"
#include "nn/receptive_field.h"
#include "nn/resnet.h"
#include "reference/executor.h"

#include <QTest>

#include <algorithm>

using namespace reslens;
using namespace reslens::nn;

namespace {

int layerNamed(const Network &network, const std::string &name)
{
    const auto found = std::ranges::find(network.layers, name, &Layer::name);
    return int(found - network.layers.begin());
}

std::shared_ptr<const Model> modelNamed(const std::string &name)
{
    auto model = std::make_shared<Model>();
    model->network = buildNetwork(*architectureNamed(name));
    model->parameters = generateParameters(model->network);
    return model;
}

} // namespace

class ReceptiveFieldTest : public QObject {
    Q_OBJECT

private slots:
    void a_convolution_sees_its_kernel()
    {
        const Network network = buildNetwork(*architectureNamed("resnet18"));
        const auto fields = receptiveFields(network, {1, 3, 224, 224});
        QCOMPARE(fields[0].rows, FieldAxis{});
        const FieldAxis conv1 = fields[layerNamed(network, "conv1")].rows;
        QCOMPARE(conv1, (FieldAxis{-3, 7, 2}));                      // 7x7, stride 2, padding 3
        QCOMPARE(fields[network.stem].rows, (FieldAxis{-5, 11, 4})); // plus a 3x3 pool of stride 2
    }

    void a_dilated_convolution_sees_as_far_as_its_outermost_taps()
    {
        Network network;
        network.layers = {{"input", Input{3}, {}}, {"conv", Conv2d{3, 4, 3, 2, 4, 1, 3}, {0}}};
        const FieldAxis rows = receptiveFields(network, {1, 3, 32, 32})[1].rows;
        QCOMPARE(rows, (FieldAxis{-4, 7, 2}));
        QCOMPARE(layerShapes(network, {1, 3, 32, 31})[1], (Shape{1, 4, 17, 17}));
    }

    void the_last_block_sees_what_is_published_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("resnet18") << 435;
        QTest::newRow("resnet34") << 899;
        // The first block of a stage has its stride in the 3x3 convolution, as in torchvision (v1.5).
        QTest::newRow("resnet50") << 427;
    }

    void the_last_block_sees_what_is_published()
    {
        QFETCH(int, size);
        const Network network = buildNetwork(*architectureNamed(QTest::currentDataTag()));
        const auto fields = receptiveFields(network, {1, 3, 224, 224});
        QCOMPARE(fields[network.blocks.back().y].rows.size, size);
        QCOMPARE(fields[network.blocks.back().y].columns.step, 32);
    }

    void the_average_pool_sees_everything()
    {
        const Network network = buildNetwork(*architectureNamed("resnet20"));
        const auto fields = receptiveFields(network, {1, 3, 32, 48});
        QVERIFY(fields[network.logits].rows.first(0) <= 0 && fields[network.logits].rows.last(0) >= 31);
        QVERIFY(fields[network.logits].columns.first(0) <= 0 && fields[network.logits].columns.last(0) >= 47);
    }

    void pixels_outside_the_field_change_nothing_and_those_at_its_edge_do()
    {
        const auto model = modelNamed("resnet8");
        const auto executor = reference::makeExecutor(model, "a test", reference::Arithmetic::Naive);
        const Shape shape{1, 3, 48, 48};
        const int layer = model->network.blocks[0].y;
        const FieldAxis field = receptiveFields(model->network, shape)[layer].columns;
        const int column = 24, row = 24;
        const auto valuesWith = [&](int changedColumn) {
            Tensor input = generateInput(shape);
            if (changedColumn >= 0)
                for (int c = 0; c < 3; ++c)
                    for (int h = field.first(row); h <= field.last(row); ++h)
                        input(0, c, h, changedColumn) += 3;
            const Tensor y = *(*executor->trace(input, {}))->read(layer);
            std::vector<float> values;
            for (int c = 0; c < y.shape.c; ++c)
                values.push_back(y(0, c, row, column));
            return values;
        };
        const std::vector<float> as = valuesWith(-1);
        QCOMPARE(valuesWith(field.first(column) - 1), as);
        QCOMPARE(valuesWith(field.last(column) + 1), as);
        QVERIFY(valuesWith(field.first(column)) != as);
        QVERIFY(valuesWith(field.last(column)) != as);
    }
};

QTEST_GUILESS_MAIN(ReceptiveFieldTest)
#include "receptive_field_test.moc"
