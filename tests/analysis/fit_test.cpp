// The fit compares what pictures do at every batch norm with what it remembers of the training.
#include "analysis/fit.h"

#include "analysis/example.h"
#include "analysis/skip.h"

#include <QTest>

#include <algorithm>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

/// The formula itself, from the values at the batch norm's input.
double divergence(const std::vector<double> &x, double mean, double variance, double eps)
{
    double m = 0, s = 0;
    for (const double value : x)
        m += value / double(x.size());
    for (const double value : x)
        s += (value - m) * (value - m) / double(x.size());
    const double r = (s + eps) / (variance + eps), d = (m - mean) * (m - mean) / (variance + eps);
    return (r + d - 1 - std::log(r)) / 2;
}

/// The model with statistics that are those of the input itself.
nn::Model trainedOn(nn::Model model, const Tensor &input)
{
    // Layer by layer, since the statistics of one change the inputs of the next.
    for (int l = 0; l < model.network.features; ++l) {
        const auto *norm = std::get_if<nn::BatchNorm>(&model.network.layers[std::size_t(l)].op);
        if (!norm)
            continue;
        const std::string name = model.network.layers[std::size_t(l)].name;
        const auto values = [&](const char *part) { return model.parameters.at(name + part).toFloats(); };
        const auto gamma = values(".weight"), beta = values(".bias");
        auto mean = values(".running_mean"), variance = values(".running_var");
        const Example example(executorFor(nn::Model(model)), Tensor(input));
        Tensor output = example.read(l);
        const std::size_t pixels = output.shape.planeCount();
        for (int c = 0; c < output.shape.c; ++c) {
            const std::span plane(&output(0, c, 0, 0), pixels);
            const double sigma = std::sqrt(double(variance[std::size_t(c)]) + norm->eps);
            double m = 0, s = 0;
            for (const float y : plane)
                m += ((double(y) - beta[std::size_t(c)]) / gamma[std::size_t(c)] * sigma + mean[std::size_t(c)]) /
                     double(pixels);
            for (const float y : plane) {
                const double x =
                    (double(y) - beta[std::size_t(c)]) / gamma[std::size_t(c)] * sigma + mean[std::size_t(c)];
                s += (x - m) * (x - m) / double(pixels);
            }
            mean[std::size_t(c)] = float(m);
            variance[std::size_t(c)] = float(s);
        }
        model.parameters.at(name + ".running_mean") = storeFloats({output.shape.c}, mean);
        model.parameters.at(name + ".running_var") = storeFloats({output.shape.c}, variance);
    }
    return model;
}

} // namespace

class FitTest : public QObject {
    Q_OBJECT

private slots:
    void a_layers_fit_is_the_median_of_its_channels_divergence()
    {
        const Example example(executorFor("resnet20_b"), nn::generateInput({1, 3, 16, 16}));
        const TracedRun run = example.run();
        const Fit fit = must(fitOf(run));
        QCOMPARE(int(fit.layers.size()), 1 + 9 * 2 + 2);
        QCOMPARE(fit.layers.front().name, std::string("bn1"));
        QCOMPARE(fit.layers.front().block, -1);
        for (const LayerFit &layer : fit.layers) {
            const auto values = [&](const char *part) { return run.model.parameters.at(layer.name + part).toFloats(); };
            const auto gamma = values(".weight"), beta = values(".bias"), mean = values(".running_mean"),
                       variance = values(".running_var");
            const double eps = std::get<nn::BatchNorm>(run.network().layers[std::size_t(layer.layer)].op).eps;
            Tensor output = example.read(layer.layer);
            std::vector<double> all;
            for (std::size_t c = 0; c < gamma.size(); ++c) {
                std::vector<double> x;
                for (std::size_t i = 0; i < output.shape.planeCount(); ++i)
                    x.push_back((double((&output(0, int(c), 0, 0))[i]) - beta[c]) / gamma[c] *
                                    std::sqrt(double(variance[c]) + eps) +
                                mean[c]);
                if (variance[c] > 1e-4f)
                    all.push_back(divergence(x, mean[c], variance[c], eps));
            }
            std::ranges::sort(all);
            const double median = (all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2;
            QVERIFY(layer.fit.isDefined);
            QVERIFY2(std::abs(layer.fit.value - median) <= 1e-3 * median + 1e-6,
                     qPrintable(QString("%1: %2, not %3").arg(layer.fit.value).arg(median)));
        }
    }

    void what_a_network_was_trained_on_fits_perfectly()
    {
        const Tensor input = nn::generateInput({1, 3, 16, 16});
        const Example example(executorFor(trainedOn(modelOf(smallArchitecture(nn::ShortcutKind::Projection)), input)),
                              Tensor(input));
        const Fit fit = must(fitOf(example.run()));
        QVERIFY2(fit.worst()->fit.value < 1e-4, qPrintable(QString::number(fit.worst()->fit.value)));
        QCOMPARE(findingOf(fit)->verdict, FitVerdict::Fits);
    }

    void another_scale_of_the_pixels_fits_badly_from_the_first_layer_on()
    {
        const Tensor input = nn::generateInput({1, 3, 16, 16});
        Tensor scaled = input;
        for (float &value : scaled.values)
            value *= 255;
        const Example example(executorFor(trainedOn(modelOf(smallArchitecture(nn::ShortcutKind::Projection)), input)),
                              std::move(scaled));
        const auto fit = must(fitOf(example.run()));
        const auto finding = findingOf(fit);
        QCOMPARE(finding->verdict, FitVerdict::Bad);
        QCOMPARE(finding->from->name, std::string("bn1"));
    }

    void pictures_add_up_as_one_batch_does()
    {
        const Tensor batch = nn::generateInput({2, 3, 16, 16});
        const Example together(executorFor("resnet20"), Tensor(batch));
        FitSums both(together.run().model);
        QVERIFY(both.add(together.run().trace));
        FitSums oneByOne(together.run().model);
        for (int image = 0; image < 2; ++image) {
            const Example alone(executorFor("resnet20"), imageAlone(batch, image));
            QVERIFY(oneByOne.add(alone.run().trace));
        }
        const Fit expected = both.fit(), found = oneByOne.fit();
        QCOMPARE(found.pictures, 2);
        for (std::size_t l = 0; l < expected.layers.size(); ++l)
            QVERIFY(relative(found.layers[l].fit.value, expected.layers[l].fit.value) <= 1e-4);
    }

    void a_block_has_the_fit_of_its_worst_batch_norm()
    {
        const Example example(executorFor("resnet20_b"), nn::generateInput({1, 3, 16, 16}));
        const Fit fit = must(fitOf(example.run()));
        const auto blocks = must(contributionsOf(example.run()));
        for (const LayerFit &layer : fit.layers)
            if (layer.block >= 0)
                QVERIFY(blocks[std::size_t(layer.block)].fit.value >= layer.fit.value);
        QCOMPARE(blocks[3].fit.value, blockFitOf(fit, 3).value);
    }
};

QTEST_GUILESS_MAIN(FitTest)
#include "fit_test.moc"
