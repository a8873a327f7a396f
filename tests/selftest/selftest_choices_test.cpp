// Decisions that rounding may reverse are found, and weighed by the gradient that meets them.
#include "selftest/choices.h"

#include <QTest>

using namespace reslens;

namespace {

Tensor row(std::vector<float> values)
{
    Tensor tensor(Shape{1, 1, 1, int(values.size())});
    tensor.values = std::move(values);
    return tensor;
}

} // namespace

class ChoicesTest : public QObject {
    Q_OBJECT

private slots:
    void a_relu_that_lets_pass_what_the_other_stops_is_a_different_decision()
    {
        selftest::Choices choices;
        choices.addRelu(3, row({0, 1e-9f, 2, 0}), row({1e-9f, 0, 2, 0}));
        QCOMPARE(choices.count, std::size_t(4));
        QCOMPARE(choices.differingCount, std::size_t(2));
        QCOMPARE(choices.differing[3], (std::vector<std::size_t>{0, 1}));
    }

    void a_max_pool_that_takes_another_element_is_a_different_decision()
    {
        selftest::Choices choices;
        const nn::MaxPool op{1, 1, 0};
        Tensor x(Shape{1, 1, 2, 2}), other = x;
        x.values = {1, 2, 3, 4};
        other.values = {1, 2, 4, 3.9999f};
        choices.addMaxPool(5, op, x, other); // windows of one element have no choice
        QCOMPARE(choices.differingCount, std::size_t(0));
        choices.addMaxPool(5, nn::MaxPool{3, 2, 1}, x, other);
        QCOMPARE(choices.differing[5], (std::vector<std::size_t>{0}));
    }

    void equal_elements_are_no_different_decision()
    {
        selftest::Choices choices;
        Tensor zeros(Shape{1, 2, 4, 4});
        choices.addMaxPool(5, nn::MaxPool{3, 2, 1}, zeros, zeros);
        QCOMPARE(choices.differingCount, std::size_t(0));
        QCOMPARE(choices.count, std::size_t(8));
    }

    void a_decision_weighs_as_much_as_the_gradient_that_meets_it()
    {
        selftest::Choices choices;
        choices.addRelu(3, row({0, 1, 1}), row({1, 1, 1}));
        QCOMPARE(choices.energyShare(3, row({3, 4, 0})), 9.0 / 25);
        QCOMPARE(choices.energyShare(3, row({0, 0, 0})), 0.0);
        QCOMPARE(choices.energyShare(4, row({3, 4, 0})), 0.0);
    }
};

QTEST_GUILESS_MAIN(ChoicesTest)
#include "selftest_choices_test.moc"
