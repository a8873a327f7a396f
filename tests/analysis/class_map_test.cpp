#include "analysis/class_map.h"

#include "analysis/example.h"
#include "support/compare.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

class ClassMapTest : public QObject {
    Q_OBJECT

private slots:
    void the_mean_of_cam_plus_bias_is_the_logit_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("size");
        QTest::newRow("resnet20") << "resnet20" << 32;
        QTest::newRow("resnet50") << "resnet50" << 64;
        QTest::newRow("plain20") << "plain20" << 32;
    }

    void the_mean_of_cam_plus_bias_is_the_logit()
    {
        QFETCH(QString, architecture);
        QFETCH(int, size);
        const Example example(executorFor(architecture.toStdString()), nn::generateInput({1, 3, size, size}));
        for (const int target : {-1, 0, 7}) {
            const Cam cam = must(classActivationMap(example.run(), target));
            double mean = 0;
            for (const float value : cam.map.values)
                mean += value / double(cam.map.values.size());
            const double logit = example.trace->forward().logits.values[cam.target];
            QCOMPARE(cam.total.whole, logit);
            QVERIFY2(cam.total.residual.value <= 1e-4, qPrintable(QString::number(cam.total.residual.value)));
            QVERIFY(relative(mean + cam.bias, logit) <= 1e-4);
        }
    }

    /// The pool spreads W_c / HW over the pixels, so that its mean is W_c / HW.
    void grad_cam_at_the_last_block_is_the_positive_part_of_cam()
    {
        const Tensor batch = nn::generateInput({2, 3, 32, 32});
        const Example example(executorFor("resnet20"), batch);
        const auto gradients = example.gradients({nn::ObjectiveKind::Logit, 3});
        const GradCam gradCamMap = must(gradCam(example.run(1), *gradients, 8));
        Tensor expected = must(classActivationMap(example.run(1), 3)).map;
        for (float &value : expected.values)
            value = std::max(value, 0.0f) / float(expected.values.size());
        QVERIFY2(relativeError(gradCamMap.map, expected) <= 1e-5, worst(gradCamMap.map, expected));
    }

    void grad_cam_weighs_a_block_s_channels_by_their_mean_gradients()
    {
        const Example example(executorFor(modelOf(smallArchitecture(nn::ShortcutKind::Projection))),
                              nn::generateInput({1, 3, 9, 7}));
        const auto gradients = example.gradients();
        for (int b = 0; b < 4; ++b) {
            const GradCam cam = must(gradCam(example.run(), *gradients, b));
            const Tensor y = example.read(example.network().blocks[b].y), g = must(gradients->ofBlock(b)).gy;
            Tensor expected({1, 1, y.shape.h, y.shape.w});
            for (int c = 0; c < y.shape.c; ++c) {
                double weight = 0;
                for (int h = 0; h < y.shape.h; ++h)
                    for (int w = 0; w < y.shape.w; ++w)
                        weight += g(0, c, h, w) / double(y.shape.planeCount());
                for (int h = 0; h < y.shape.h; ++h)
                    for (int w = 0; w < y.shape.w; ++w)
                        expected(0, 0, h, w) += float(weight * y(0, c, h, w));
            }
            for (float &value : expected.values)
                value = std::max(value, 0.0f);
            QVERIFY2(relativeError(cam.map, expected) <= 1e-5, worst(cam.map, expected));
        }
    }

    void a_dead_block_has_an_empty_map()
    {
        nn::Model model = modelOf(smallArchitecture(nn::ShortcutKind::ZeroPad));
        fill(model, "layer1.1.bn2.weight", 0.0f);
        fill(model, "layer1.1.bn2.bias", -1e6f);
        const Example example(executorFor(std::move(model)), nn::generateInput({1, 3, 9, 7}));
        QVERIFY(must(gradCam(example.run(), *example.gradients(), 1)).isEmpty);
    }

    void what_does_not_exist_is_refused()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 8, 8}));
        QVERIFY(gradCam(example.run(), *example.gradients(), 9).error().kind == ErrorKind::NotFound);
        QVERIFY(classActivationMap(example.run(), 10).error().kind == ErrorKind::InvalidInput);
    }
};

QTEST_GUILESS_MAIN(ClassMapTest)
#include "class_map_test.moc"
