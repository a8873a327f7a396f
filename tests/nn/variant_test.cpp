#include "nn/variant.h"

#include "nn/resnet.h"

#include <QTest>

#include <algorithm>

using namespace reslens;

namespace {

nn::Network networkOf(const char *architecture, const char *variant)
{
    nn::Network network = nn::buildNetwork(*nn::architectureNamed(architecture));
    const auto applied = nn::applyVariant(network, nn::variantFrom(variant).value());
    return applied ? network : nn::Network();
}

/// "stride/dilation/padding" of a convolution.
QString windowOf(const nn::Network &network, const std::string &name)
{
    const auto layer = std::ranges::find(network.layers, name, &nn::Layer::name);
    if (layer == network.layers.end())
        return "missing";
    const auto &conv = std::get<nn::Conv2d>(layer->op);
    return QString("%1/%2/%3").arg(conv.stride).arg(conv.dilation).arg(conv.padding);
}

QString errorOf(const Result<void> &result)
{
    return result ? QString() : QString::fromStdString(result.error().message());
}

Result<void> applied(const char *architecture, const char *text)
{
    nn::Network network = nn::buildNetwork(*nn::architectureNamed(architecture));
    return nn::variantFrom(text).and_then(
        [&](const nn::Variant &variant) { return nn::applyVariant(network, variant); });
}

} // namespace

class VariantTest : public QObject {
    Q_OBJECT

private slots:
    void a_stem_without_a_pool_keeps_its_size()
    {
        const nn::Network network = networkOf("resnet18", "pool=none");
        const auto pool = std::ranges::find(network.layers, "maxpool", &nn::Layer::name);
        QCOMPARE(nn::outputShape(pool->op, {1, 64, 112, 112}).h, 112);
    }

    void a_stem_that_lost_its_pool_gets_it_again()
    {
        nn::Network network = networkOf("resnet18", "pool=none");
        QVERIFY(nn::applyVariant(network, nn::variantFrom("pool=max").value()));
        const auto pool = std::ranges::find(network.layers, "maxpool", &nn::Layer::name);
        QCOMPARE(nn::outputShape(pool->op, {1, 64, 112, 112}).h, 56);
    }

    void strides_stand_where_caffe_has_them()
    {
        const nn::Network network = networkOf("resnet50", "stride=conv1");
        QCOMPARE(windowOf(network, "layer2.0.conv1"), "2/1/0");
        QCOMPARE(windowOf(network, "layer2.0.conv2"), "1/1/1");
        QCOMPARE(windowOf(network, "layer2.1.conv1"), "1/1/0");
        QCOMPARE(windowOf(network, "layer2.0.downsample.0"), "2/1/0");
        const nn::Network torchvision = networkOf("resnet50", "stride=conv2");
        QCOMPARE(windowOf(torchvision, "layer2.0.conv2"), "2/1/1");
    }

    void dilation_replaces_strides_as_in_torchvision()
    {
        const nn::Network network = networkOf("resnet50", "dilate=3,4");
        QCOMPARE(windowOf(network, "layer2.0.conv2"), "2/1/1");
        QCOMPARE(windowOf(network, "layer3.0.conv2"), "1/1/1");
        QCOMPARE(windowOf(network, "layer3.0.downsample.0"), "1/1/0");
        QCOMPARE(windowOf(network, "layer3.1.conv2"), "1/2/2");
        QCOMPARE(windowOf(network, "layer4.0.conv2"), "1/2/2");
        QCOMPARE(windowOf(network, "layer4.2.conv2"), "1/4/4");
        const nn::Network basic = networkOf("resnet18", "dilate=4");
        QCOMPARE(windowOf(basic, "layer4.0.conv1"), "1/1/1");
        QCOMPARE(windowOf(basic, "layer4.0.conv2"), "1/2/2");
        QCOMPARE(windowOf(basic, "layer4.1.conv1"), "1/2/2");
    }

    void eps_is_that_of_every_batch_norm()
    {
        for (const nn::Layer &layer : networkOf("resnet20", "eps=0.001").layers)
            if (const auto *norm = std::get_if<nn::BatchNorm>(&layer.op))
                QCOMPARE(norm->eps, 0.001f);
    }

    void settings_are_joined_by_commas()
    {
        const nn::Variant variant = nn::variantFrom("pool=none,dilate=4,3,stride=conv1,eps=1e-3").value();
        QVERIFY(variant.pool == nn::StemPool::None);
        QCOMPARE(variant.dilated, (std::vector<int>{3, 4}));
        QVERIFY(variant.stride == nn::StridePlace::Conv1);
        QCOMPARE(*variant.eps, 1e-3f);
        QVERIFY(nn::variantFrom("").value() == nn::Variant());
    }

    void wrong_settings_say_what_is_known_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *architecture, const char *text, const char *error) {
            QTest::newRow(text) << architecture << text << error;
        };
        row("resnet18", "poll=none", "--variant: there is no 'poll'; known are pool=max|none");
        row("resnet18", "pool", "--variant: pool is ''; expected max or none");
        row("resnet18", "pool=average", "--variant: pool is 'average'; expected max or none");
        row("resnet50", "stride=3", "--variant: stride is '3'; expected conv1 or conv2");
        row("resnet18", "stride=conv1", "--variant: stride: only bottlenecks");
        row("resnet18", "dilate=1", "--variant: dilate is '1'; expected stages from 2 on");
        row("resnet18", "dilate=x", "--variant: dilate is 'x'");
        row("resnet18", "dilate=5", "--variant: dilate: there is no stage 5 in resnet18");
        row("resnet20", "dilate=2", "--variant: dilate: the shortcuts of resnet20 skip pixels");
        row("resnet20", "pool=max", "--variant: pool=max: resnet20 was built without a pool");
        row("resnet18", "eps=0", "--variant: eps is '0'; expected a number above 0");
        row("resnet18", "eps=inf", "--variant: eps is 'inf'");
    }

    void wrong_settings_say_what_is_known()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, text);
        QFETCH(QString, error);
        const QString found = errorOf(applied(architecture.toUtf8().constData(), text.toUtf8().constData()));
        QVERIFY2(found.startsWith(error), qPrintable(found));
    }
};

QTEST_GUILESS_MAIN(VariantTest)
#include "variant_test.moc"
