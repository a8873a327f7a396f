#include "analysis/line_integral.h"

#include "analysis/seeded_random.h"

#include <QTest>

#include <cmath>

using namespace reslens::analysis;

namespace {

/// Integrates along a line where J depends on t alone. The rate of its one element is the slope.
template <typename J, typename Slope>
LineIntegral along(J j, Slope slope, const std::vector<double> &points)
{
    LineIntegral integral;
    for (const double t : points)
        integral.add(t, j(t), {float(slope(t))});
    return integral;
}

double cube(double t)
{
    return t * t * t;
}
double slopeOfCube(double t)
{
    return 3 * t * t;
}
/// Returns a ReLU that opens at 0.3.
double kink(double t)
{
    return std::max(t - 0.3, 0.0);
}
double slopeOfKink(double t)
{
    return t > 0.3 ? 1 : 0;
}

} // namespace

class LineIntegralTest : public QObject {
    Q_OBJECT

private slots:
    void its_error_is_the_change_minus_the_trapezoids()
    {
        const LineIntegral integral = along(cube, slopeOfCube, {0, 1, 0.25, 0.5}); // in any order
        const double trapezoids = (0.25 * 3 * 0.0625 + 0.25 * (3 * 0.0625 + 3 * 0.25) + 0.5 * (3 * 0.25 + 3)) / 2;
        QCOMPARE(integral.change(), 1.0);
        QVERIFY(std::abs(integral.error() - (1 - trapezoids)) < 1e-12);
    }

    void where_the_rates_are_constant_it_is_exact()
    {
        const auto j = [](double t) { return 2 * t - 1; };
        const LineIntegral integral = along(j, [](double) { return 2.0; }, {0, 0.7, 1});
        QVERIFY(std::abs(integral.error()) < 1e-15);
        QCOMPARE(integral.uncertainty(), 0.0);
        QCOMPARE(integral.integrals()[0], 2.0);
    }

    void the_worst_interval_is_the_one_with_the_kink()
    {
        std::vector<double> points{0, 0.25, 0.5, 0.75, 1};
        for (int halving = 0; halving < 20; ++halving) {
            const LineIntegral integral = along(kink, slopeOfKink, points);
            QVERIFY(std::abs(integral.worst() - 0.3) <= 0.25 / std::exp2(halving));
            QVERIFY(std::abs(integral.error()) <= 0.25 / std::exp2(halving + 1));
            points.push_back(integral.worst());
        }
    }

    void the_uncertainty_is_the_error_of_jumps_at_random_places()
    {
        SeededRandom random(5);
        const int elements = 400, intervals = 10;
        std::vector<double> jumpsAt(elements), truth(elements);
        for (int i = 0; i < elements; ++i)
            truth[i] = 1 - (jumpsAt[i] = random.uniform()); // a rate of 0 that jumps to 1
        LineIntegral integral;
        for (int n = 0; n <= intervals; ++n) {
            const double t = double(n) / intervals;
            std::vector<float> rates(elements);
            double J = 0;
            for (int i = 0; i < elements; ++i) {
                rates[i] = t > jumpsAt[i] ? 1.0f : 0.0f;
                J += std::max(t - jumpsAt[i], 0.0);
            }
            integral.add(t, J, rates);
        }
        const std::vector<double> found = integral.integrals();
        double squares = 0, whole = 0;
        for (int i = 0; i < elements; ++i) {
            squares += (found[i] - truth[i]) * (found[i] - truth[i]);
            whole += truth[i] * truth[i];
        }
        QVERIFY(std::abs(std::sqrt(squares / whole) / integral.uncertainty() - 1) < 0.1);
    }

    void what_is_known_of_the_sum_goes_to_the_elements_that_are_uncertain()
    {
        LineIntegral integral; // the second element does not change; the first jumps from 0 to 1 at t = 0.2
        integral.add(0, 0, {0, 3});
        integral.add(1, 0.8 + 3, {1, 3});
        QVERIFY(std::abs(integral.error() - 0.3) < 1e-12);
        const std::vector<double> found = integral.integrals();
        QVERIFY(std::abs(found[0] - 0.8) < 1e-12);
        QVERIFY(std::abs(found[1] - 3) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(LineIntegralTest)
#include "line_integral_test.moc"
