#include "analysis/occlusion.h"

#include "analysis/example.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

const Shape kImage{1, 3, 18, 13};

double logitOf(nn::Executor &executor, const Tensor &input, int target)
{
    return must(executor.forward(input, {})).logits.values[target];
}

} // namespace

class OcclusionTest : public QObject {
    Q_OBJECT

private slots:
    void the_usual_square_is_a_seventh_of_the_shorter_side()
    {
        QCOMPARE(usualOcclusion({}, {1, 3, 224, 224}).patch, 32);
        QCOMPARE(usualOcclusion({}, {1, 3, 224, 224}).stride, 16);
        QCOMPARE(usualOcclusion({}, {1, 3, 32, 64}).patch, 4);
        QCOMPARE(usualOcclusion({}, {1, 3, 4, 4}).patch, 1);
        QCOMPARE(usualOcclusion({}, {1, 3, 4, 4}).stride, 1);
    }

    void a_place_shows_what_covering_it_costs()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kImage);
        const OcclusionRequest request{
            .question = {{nn::ObjectiveKind::Logit, 6}}, .patch = 5, .stride = 4, .fill = 0.5f, .batch = 4};
        const Occlusion result = must(occlusion(*executor, input, request));
        QCOMPARE(result.tops, (std::vector<int>{0, 4, 8, 12, 13}));
        QCOMPARE(result.lefts, (std::vector<int>{0, 4, 8}));
        for (const auto &[row, column] : {std::pair(0, 0), std::pair(2, 1), std::pair(4, 2)}) {
            Tensor covered = input;
            for (int c = 0; c < 3; ++c)
                for (int h = 0; h < 5; ++h)
                    for (int w = 0; w < 5; ++w)
                        covered(0, c, result.tops[row] + h, result.lefts[column] + w) = 0.5f;
            const double cost = logitOf(*executor, input, 6) - logitOf(*executor, covered, 6);
            QVERIFY(std::abs(result.map(0, 0, row, column) - cost) <= 1e-5);
        }
    }

    void the_size_of_a_batch_changes_nothing()
    {
        const auto executor = executorFor("resnet20");
        OcclusionRequest request{.patch = 6, .stride = 3, .batch = 1};
        const Occlusion single = must(occlusion(*executor, nn::generateInput(kImage), request));
        request.batch = 7;
        const Occlusion seven = must(occlusion(*executor, nn::generateInput(kImage), request));
        for (std::size_t i = 0; i < single.map.values.size(); ++i)
            QVERIFY(std::abs(single.map.values[i] - seven.map.values[i]) <= 1e-5);
    }

    void covering_with_what_is_there_costs_nothing()
    {
        const auto executor = executorFor("resnet20");
        const Occlusion result =
            must(occlusion(*executor, Tensor(kImage, 0.25f), {.patch = 5, .stride = 5, .fill = 0.25f, .batch = 1}));
        for (const float cost : result.map.values)
            QCOMPARE(cost, 0.0f);
    }

    void bad_requests_are_refused_and_runs_can_be_stopped()
    {
        const auto executor = executorFor("resnet20");
        const Tensor input = nn::generateInput(kImage);
        for (const OcclusionRequest &bad :
             {OcclusionRequest{.patch = 14}, OcclusionRequest{.patch = 0}, OcclusionRequest{.patch = 4, .stride = 0},
              OcclusionRequest{.patch = 4, .batch = 0}})
            QVERIFY(occlusion(*executor, input, bad).error().kind == ErrorKind::InvalidInput);
        std::stop_source source;
        std::vector<int> reports;
        const Job job{source.get_token(), [&](int done, int total) {
                          QCOMPARE(total, 15);
                          reports.push_back(done);
                          source.request_stop();
                      }};
        const auto stopped = occlusion(*executor, input, {.patch = 5, .stride = 4, .batch = 4}, job);
        QVERIFY(stopped.error().kind == ErrorKind::Cancelled);
        QCOMPARE(reports, (std::vector<int>{4}));
    }
};

QTEST_GUILESS_MAIN(OcclusionTest)
#include "occlusion_test.moc"
