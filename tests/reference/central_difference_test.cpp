// The whole backward pass against differences of the forward pass, in fp32, on small networks of every kind with
// scales, along one direction per parameter tensor. Steps are halved until no mask and no max-pool choice changes.
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "nn/resnet.h"
#include "reference/executor.h"
#include "reference/pooling.h"
#include "support/conv_cases.h"
#include "support/difference_quotient.h"
#include "support/samples.h"

#include <QTest>

#include <cmath>

using namespace reslens;

namespace {

constexpr double kTolerance = 1e-3; // relative to |g| |d|: logits are rounded to fp32 and steps cannot be large

struct SmallNetwork {
    const char *name;
    nn::Architecture architecture;
    Shape input;
};

nn::Architecture smallCifar(nn::ShortcutKind shortcut)
{
    return {.stem = nn::StemKind::Cifar,
            .shortcut = shortcut,
            .depths = {1, 1},
            .stemKernel = 3,
            .hasStemPool = false,
            .stemChannels = 4,
            .classes = 5};
}

const SmallNetwork kNetworks[]{
    {"option A", smallCifar(nn::ShortcutKind::ZeroPad), {2, 3, 4, 3}},
    {"option B", smallCifar(nn::ShortcutKind::Projection), {2, 3, 4, 3}},
    {"plain", smallCifar(nn::ShortcutKind::None), {2, 3, 4, 3}},
    {"grouped bottleneck after a max-pool",
     {.block = nn::BlockKind::Bottleneck,
      .depths = {1, 1},
      .stemChannels = 8,
      .groups = 2,
      .groupChannels = 16,
      .classes = 5},
     {1, 3, 7, 9}},
};

/// All inputs of J.
struct Point {
    Tensor input;
    nn::Parameters parameters;
    std::vector<nn::BlockScale> scales;
};

struct Evaluation {
    double J;
    std::vector<bool> choices; // true if it passes a value: for every ReLU and every pixel before a max-pool
    std::unique_ptr<nn::Gradients> gradients;
};

class Landscape {
public:
    explicit Landscape(const SmallNetwork &small) : m_network(nn::buildNetwork(small.architecture)) {}

    const nn::Network &network() const { return m_network; }

    Evaluation at(const Point &point) const
    {
        const auto executor = executorAt(point);
        const auto trace = executor->trace(point.input, optionsOf(point)).value();
        Evaluation evaluation{0, choicesOf(*trace),
                              nn::backward(*trace, {nn::ObjectiveKind::LogProbability, 2}, {}).value()};
        for (const nn::ImageObjective &image : evaluation.gradients->objectives())
            evaluation.J += image.value;
        return evaluation;
    }

    /// Returns the smallest pre-activation, relative to the rms of its layer's.
    double margin(const Point &point) const
    {
        const auto executor = executorAt(point);
        const auto trace = executor->trace(point.input, optionsOf(point)).value();
        double smallest = std::numeric_limits<double>::infinity();
        for (const nn::Layer &layer : m_network.layers) {
            if (!std::holds_alternative<nn::Relu>(layer.op))
                continue;
            const std::vector<float> u = trace->read(layer.inputs[0])->values;
            for (const float value : u)
                smallest = std::min(smallest, std::abs(value) * std::sqrt(double(u.size())) / test::norm(u));
        }
        return smallest;
    }

private:
    std::unique_ptr<nn::Executor> executorAt(const Point &point) const
    {
        auto model = std::make_shared<nn::Model>();
        model->network = m_network;
        model->parameters = point.parameters;
        return reference::makeExecutor(model, "test", reference::Arithmetic::Naive);
    }

    static nn::RunOptions optionsOf(const Point &point)
    {
        nn::RunOptions options;
        options.scales = point.scales;
        return options;
    }

    std::vector<bool> choicesOf(const nn::Trace &trace) const
    {
        std::vector<bool> choices;
        for (int l = 0; l < int(m_network.layers.size()); ++l) {
            Tensor passes = trace.read(l).value();
            if (const auto *pool = std::get_if<nn::MaxPool>(&m_network.layers[l].op))
                passes = reference::maxPoolBackward(*pool, trace.read(l - 1).value(), Tensor(passes.shape, 1));
            else if (!std::holds_alternative<nn::Relu>(m_network.layers[l].op))
                continue;
            for (const float value : passes.values)
                choices.push_back(value > 0);
        }
        return choices;
    }

    nn::Network m_network;
};

std::vector<float> moved(std::vector<float> values, const std::vector<float> &direction, double step)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] += float(step * direction[i]);
    return values;
}

/// Uses generated parameters and uneven scales. Of many generated inputs it takes the one farthest from a mask's flip.
Point pointOf(const Landscape &landscape, Shape shape)
{
    Point point{Tensor(), nn::generateParameters(landscape.network()), {}};
    for (std::size_t b = 0; b < landscape.network().blocks.size(); ++b)
        point.scales.push_back({0.7f + 0.2f * float(b), 1.5f - 0.4f * float(b)});
    Point best;
    double largest = 0;
    for (int number = 0; number < 200; ++number) {
        point.input = test::generatedTensor(("input " + std::to_string(number)).c_str(), shape);
        if (const double margin = landscape.margin(point); margin > largest) {
            largest = margin;
            best = point;
        }
    }
    return best;
}

/// Returns the point at `h` along a direction.
using Line = std::function<Point(double h)>;

/// Returns the derivative of J along `line` at 0, with the largest step that changes no choice on the way.
double slope(const Landscape &landscape, const Line &line)
{
    const std::vector<bool> choices = landscape.at(line(0)).choices;
    for (double h = 0.25; h > 1e-3; h /= 2)
        if (landscape.at(line(2 * h)).choices == choices && landscape.at(line(-2 * h)).choices == choices &&
            landscape.at(line(h)).choices == choices && landscape.at(line(-h)).choices == choices)
            return test::derivativeAtZero([&](double at) { return landscape.at(line(at)).J; }, h);
    return std::numeric_limits<double>::quiet_NaN();
}

void compare(const std::string &name, double actual, const std::vector<float> &gradient,
             const std::vector<float> &direction)
{
    double expected = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i)
        expected += double(gradient[i]) * direction[i];
    const double scale = test::norm(gradient) * test::norm(direction) / std::sqrt(double(gradient.size()));
    const double error = std::abs(actual - expected) / scale;
    QVERIFY2(error <= kTolerance, qPrintable(QStringLiteral("%1: slope %2, <g, d> %3, error %4")
                                                 .arg(name.c_str())
                                                 .arg(actual)
                                                 .arg(expected)
                                                 .arg(error)));
}

} // namespace

class CentralDifferenceTest : public QObject {
    Q_OBJECT

private slots:
    void gradients_are_slopes_where_no_mask_flips_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(kNetworks)); ++i)
            QTest::newRow(kNetworks[i].name) << i;
    }

    void gradients_are_slopes_where_no_mask_flips()
    {
        QFETCH(int, index);
        const Landscape landscape(kNetworks[index]);
        const Point point = pointOf(landscape, kNetworks[index].input);
        const auto gradients = landscape.at(point).gradients;

        const std::vector<float> atInput = gradients->ofInput()->values;
        const std::vector<float> direction = test::generatedTensor("direction", point.input.shape).values;
        const Line alongInput = [&](double h) {
            Point there = point;
            there.input.values = moved(point.input.values, direction, h);
            return there;
        };
        compare("input", slope(landscape, alongInput), atInput, direction);
        for (const nn::ParameterSpec &spec : nn::parametersOf(landscape.network()))
            if (spec.isTrained)
                compareAlong(landscape, point, spec, gradients->ofParameter(spec.name).value());
    }

private:
    /// Compares along a direction whose values have the parameter's size.
    static void compareAlong(const Landscape &landscape, const Point &point, const nn::ParameterSpec &spec,
                             const std::vector<float> &gradient)
    {
        const std::vector<float> values = point.parameters.at(spec.name).toFloats();
        std::vector<float> direction = test::generatedTensor("direction", {1, 1, 1, int(values.size())}).values;
        for (float &value : direction)
            value *= float(test::norm(values) / std::sqrt(double(values.size())));
        const Line line = [&](double h) {
            Point there = point;
            there.parameters[spec.name] = storeFloats(spec.shape, moved(values, direction, h));
            return there;
        };
        compare(spec.name, slope(landscape, line), gradient, direction);
    }
};

QTEST_GUILESS_MAIN(CentralDifferenceTest)
#include "central_difference_test.moc"
