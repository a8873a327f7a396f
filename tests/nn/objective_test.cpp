// The four objectives against PyTorch and against differences of their own values.
#include "nn/objective.h"
#include "support/compare.h"
#include "support/difference_quotient.h"
#include "support/golden.h"

#include <QTest>

using namespace reslens;

namespace {

constexpr double kTolerance = 1e-6;

struct Row {
    const char *name;
    nn::Objective objective;
};

/// Explains class 2, against class 5, as in the golden file.
const Row kRows[]{
    {"logit", {nn::ObjectiveKind::Logit, 2}},
    {"log_probability", {nn::ObjectiveKind::LogProbability, 2}},
    {"probability", {nn::ObjectiveKind::Probability, 2}},
    {"logit_difference", {nn::ObjectiveKind::LogitDifference, 2, 5}},
    {"log_probability_of_top", {}},
};

test::GoldenFile goldenFile()
{
    return test::readGolden("objectives.safetensors", "reslens objective golden 1");
}

constexpr nn::Activation kSoftmax = nn::Activation::Softmax, kSigmoid = nn::Activation::Sigmoid;

Tensor logitsOf(std::vector<float> values)
{
    Tensor logits(Shape{1, int(values.size()), 1, 1});
    logits.values = std::move(values);
    return logits;
}

std::string refusal(const nn::Objective &objective)
{
    const Result<void> checked = nn::check(objective, 10, kSoftmax);
    return checked ? "" : checked.error().message();
}

} // namespace

class ObjectiveTest : public QObject {
    Q_OBJECT

private slots:
    void value_and_gradient_agree_with_pytorch_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(std::size(kRows)); ++i)
            QTest::newRow(kRows[i].name) << i;
    }

    void value_and_gradient_agree_with_pytorch()
    {
        QFETCH(int, index);
        const auto &[name, objective] = kRows[index];
        const test::GoldenFile golden = goldenFile();
        const auto result = nn::evaluate(objective, golden.tensor("logits"), kSoftmax);
        const std::vector<float> values = golden.tensor(std::string(name) + ".value").values;
        for (std::size_t n = 0; n < values.size(); ++n)
            QVERIFY(std::abs(result->images[n].value - values[n]) <= kTolerance * std::abs(values[n]));
        const Tensor gradient = golden.tensor(std::string(name) + ".gradient");
        QVERIFY2(test::relativeError(result->gradient, gradient) <= kTolerance,
                 test::worst(result->gradient, gradient));
    }

    void the_gradient_is_the_slope_of_the_value_data() { value_and_gradient_agree_with_pytorch_data(); }

    void the_gradient_is_the_slope_of_the_value()
    {
        QFETCH(int, index);
        const nn::Objective &objective = kRows[index].objective;
        const Tensor logits = logitsOf({0.5f, -1, 1.25f, 0.75f, -0.5f, 2});
        Tensor slopes(logits.shape);
        for (std::size_t k = 0; k < logits.values.size(); ++k)
            slopes.values[k] = float(test::derivativeAtZero(
                [&](double h) {
                    Tensor moved = logits;
                    moved.values[k] += float(h);
                    return nn::evaluate(objective, moved, kSoftmax)->images[0].value;
                },
                0x1p-6));
        const Tensor gradient = nn::evaluate(objective, logits, kSoftmax)->gradient;
        QVERIFY2(test::relativeError(gradient, slopes) <= kTolerance, test::worst(gradient, slopes));
    }

    void the_top_class_is_each_images_own()
    {
        Tensor logits(Shape{3, 4, 1, 1});
        logits.values = {0, 3, 1, 2, 5, 4, 5, 0, -4, -3, -2, -1};
        const auto result = nn::evaluate({}, logits, kSoftmax);
        QCOMPARE(result->images[0].target, 1);
        QCOMPARE(result->images[1].target, 0); // a tie: the first one counts
        QCOMPARE(result->images[2].target, 3);
        QCOMPARE(result->images[0].against, -1);
    }

    void a_certain_class_keeps_a_small_exact_gradient()
    {
        const auto result = nn::evaluate({nn::ObjectiveKind::LogProbability, 0}, logitsOf({30, 0}), kSoftmax);
        const double other = std::exp(-30.0); // 1 - p is exp(-30) / (1 + exp(-30)), far below fp32's step at 1
        QVERIFY(std::abs(result->gradient.values[0] / other - 1) < 1e-5);
        QVERIFY(std::abs(result->gradient.values[1] / -other - 1) < 1e-5);
        QVERIFY(std::abs(result->images[0].value / -other - 1) < 1e-5);
    }

    void huge_logits_do_not_overflow()
    {
        const auto result = nn::evaluate({nn::ObjectiveKind::LogProbability, 0}, logitsOf({-1e30f, 1e30f}), kSoftmax);
        QCOMPARE(result->images[0].value, -2 * double(1e30f));
        QCOMPARE(result->gradient.values, (std::vector<float>{1, -1}));
    }

    void a_class_by_itself_has_a_sigmoid_for_its_probability_data()
    {
        QTest::addColumn<float>("logit");
        for (const float logit : {-90.0f, -2.0f, 0.0f, 0.5f, 30.0f})
            QTest::newRow(qPrintable(QString::number(logit))) << logit;
    }

    void a_class_by_itself_has_a_sigmoid_for_its_probability()
    {
        QFETCH(float, logit);
        const double x = logit, p = 1 / (1 + std::exp(-x)), other = 1 / (1 + std::exp(x));
        const Tensor logits = logitsOf({1, logit, 7});
        const auto logP = nn::evaluate({nn::ObjectiveKind::LogProbability, 1}, logits, kSigmoid);
        const double expected = x > 0 ? -std::log1p(std::exp(-x)) : x - std::log1p(std::exp(x));
        QVERIFY(std::abs(logP->images[0].value - expected) <= 1e-6 * std::abs(expected));
        QVERIFY(std::abs(logP->gradient.values[1] - other) <= 1e-6 * other);
        const auto probability = nn::evaluate({nn::ObjectiveKind::Probability, 1}, logits, kSigmoid);
        QVERIFY(std::abs(probability->images[0].value - p) <= 1e-6 * p);
        QVERIFY(std::abs(probability->gradient.values[1] - p * other) <= 1e-6 * p * other);
        QCOMPARE(probability->gradient.values[0], 0.0f); // the other classes have no part in it
        QCOMPARE(probability->gradient.values[2], 0.0f);
    }

    void without_probabilities_only_logits_can_be_differentiated()
    {
        using Kind = nn::ObjectiveKind;
        const auto refused = [](Kind kind) { return !nn::check({kind, 1}, 3, nn::Activation::None); };
        QVERIFY(refused(Kind::LogProbability) && refused(Kind::Probability) && !refused(Kind::Logit));
        QCOMPARE(
            nn::check({Kind::Probability, 1}, 3, nn::Activation::None).error().message(),
            std::string("objective: there is no \"p\": the network's outputs are not probabilities; take the logit"));
        QCOMPARE(nn::usualObjective(nn::Activation::None), Kind::Logit);
        QCOMPARE(nn::usualObjective(kSigmoid), Kind::Logit);
        QCOMPARE(nn::usualObjective(kSoftmax), Kind::LogProbability);
    }

    void a_bad_request_is_refused_in_words()
    {
        using Kind = nn::ObjectiveKind;
        QCOMPARE(refusal({Kind::Logit, 9}), std::string());
        QCOMPARE(refusal({Kind::LogitDifference, -1, 9}), std::string());
        QCOMPARE(refusal({Kind::Logit, 10}),
                 std::string("target: class 10 is out of range, the network has classes 0 to 9"));
        QCOMPARE(refusal({Kind::Logit, -2}),
                 std::string("target: class -2 is out of range, the network has classes 0 to 9"));
        QCOMPARE(refusal({Kind::LogitDifference, 3, 10}),
                 std::string("second class: class 10 is out of range, the network has classes 0 to 9"));
        QCOMPARE(refusal({Kind::LogitDifference, 3}),
                 std::string("objective: the logit difference needs a second class"));
        QCOMPARE(refusal({Kind::LogitDifference, 3, 3}),
                 std::string("objective: the logit difference of class 3 with itself is always 0"));
        QCOMPARE(refusal({Kind::Probability, 3, 4}),
                 std::string("objective: a second class (4) means nothing to the objective \"p\""));
    }

    void a_difference_of_the_top_class_with_itself_is_refused_when_it_is_known()
    {
        const auto result = nn::evaluate({nn::ObjectiveKind::LogitDifference, -1, 1}, logitsOf({0, 2, 1}), kSoftmax);
        QVERIFY(result.error().kind == ErrorKind::InvalidInput);
        QCOMPARE(result.error().message(),
                 std::string("objective: the logit difference of class 1 with itself is always 0"));
    }
};

QTEST_GUILESS_MAIN(ObjectiveTest)
#include "objective_test.moc"
