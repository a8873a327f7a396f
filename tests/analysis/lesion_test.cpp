// Lesions and the skip lens against runs of the network with its branches cut by other means.
#include "analysis/lesion.h"

#include "analysis/example.h"
#include "analysis/lens.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

const Shape kSmall{1, 3, 16, 16};

/// Makes a lesion in the weights: block `name` gets a branch of zeros.
std::unique_ptr<nn::Executor> withoutBranch(const std::string &architecture, const std::string &name)
{
    nn::Model model = *generatedModel(architecture);
    fill(model, name + ".bn2.weight", 0);
    fill(model, name + ".bn2.bias", 0);
    return executorFor(std::move(model));
}

nn::RunOptions branchesUpTo(int last, int blocks)
{
    nn::RunOptions options;
    options.scales.resize(blocks);
    for (int b = last + 1; b < blocks; ++b)
        options.scales[b].beta = 0;
    return options;
}

} // namespace

class LesionTest : public QObject {
    Q_OBJECT

private slots:
    void a_lesion_is_the_network_whose_branch_is_zero()
    {
        const Tensor input = nn::generateInput(kSmall);
        const auto executor = executorFor("resnet20_b");
        const LesionStudy study = must(lesionStudy(*executor, input, {.target = 4}));
        QCOMPARE(int(study.blocks.size()), 9);
        for (const int b : {0, 3, 8}) {
            const Lesion &lesion = study.blocks[b];
            const nn::Forward cut = must(withoutBranch("resnet20_b", lesion.name)->forward(input, {}));
            const double change = double(cut.logits.values[4]) - study.intact.logit;
            QVERIFY(std::abs(lesion.logitChange - change) <= 1e-5);
            QVERIFY(std::abs(lesion.probabilityChange - (cut.probabilities.values[4] - study.intact.probability)) <=
                    1e-6);
            QCOMPARE(lesion.rank, rankOf(cut, 0, 4));
            QCOMPARE(lesion.top.index, topPredictions(cut, 0, {}, 1).front().index);
            QCOMPARE(lesion.block, b);
        }
    }

    void the_target_is_the_intact_network_s_top_class_by_default()
    {
        const auto executor = executorFor("resnet20");
        const LesionStudy study = must(lesionStudy(*executor, nn::generateInput(kSmall), {}));
        QCOMPARE(study.intactRank, 1);
        QCOMPARE(study.intact.index, study.target);
        QCOMPARE(study.intact.label, "class " + std::to_string(study.target));
    }

    void a_lesion_where_nothing_is_left_to_cut_changes_nothing()
    {
        const auto executor = executorFor("resnet20");
        LesionRequest request;
        request.scales = unevenScales(executor->model().network);
        request.scales[5].beta = 0;
        const LesionStudy study = must(lesionStudy(*executor, nn::generateInput(kSmall), request));
        QCOMPARE(study.blocks[5].logitChange, 0.0);
        QVERIFY(study.blocks[4].logitChange != 0);
    }

    void the_lens_ends_at_the_whole_network_and_begins_at_the_skips_alone()
    {
        const Tensor input = nn::generateInput(kSmall);
        const auto executor = executorFor("resnet20_b");
        const auto depths = must(skipLens(*executor, input, {.count = 3}));
        QCOMPARE(int(depths.size()), 10);
        QCOMPARE(depths.front().name, std::string("stem"));
        QCOMPARE(depths.back().name, std::string("layer3.2"));
        for (const int last : {-1, 4, 8}) {
            const nn::Forward forward = must(executor->forward(input, branchesUpTo(last, 9)));
            const LensDepth &depth = depths[last + 1];
            QCOMPARE(depth.block, last);
            const auto expected = topPredictions(forward, 0, {}, 3);
            QCOMPARE(depth.top.size(), expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i) {
                QCOMPARE(depth.top[i].index, expected[i].index);
                QCOMPARE(depth.top[i].logit, expected[i].logit);
            }
        }
    }

    void both_tell_how_far_they_are_and_stop_when_told()
    {
        const Tensor input = nn::generateInput(kSmall);
        const auto executor = executorFor("resnet20");
        std::stop_source source;
        std::vector<int> done;
        const Job job{source.get_token(), [&](int now, int total) {
                          done.push_back(now);
                          QCOMPARE(total, 9);
                          if (now == 3)
                              source.request_stop();
                      }};
        QVERIFY(lesionStudy(*executor, input, {}, job).error().kind == ErrorKind::Cancelled);
        QCOMPARE(done, (std::vector<int>{1, 2, 3}));
        QVERIFY(skipLens(*executor, input, {}, job).error().kind == ErrorKind::Cancelled);
    }

    void what_cannot_be_cut_is_refused()
    {
        const Tensor input = nn::generateInput(kSmall);
        const auto plain = executorFor("plain20"), executor = executorFor("resnet20");
        QVERIFY(lesionStudy(*plain, input, {}).error().kind == ErrorKind::Unsupported);
        QVERIFY(skipLens(*plain, input, {}).error().kind == ErrorKind::Unsupported);
        QVERIFY(lesionStudy(*executor, input, {.target = 10}).error().kind == ErrorKind::InvalidInput);
        QVERIFY(lesionStudy(*executor, nn::generateInput({2, 3, 8, 8}), {}).error().kind == ErrorKind::InvalidInput);
        LesionRequest request;
        request.scales.resize(2);
        QVERIFY(lesionStudy(*executor, input, request).error().kind == ErrorKind::InvalidInput);
        request.scales.assign(9, {std::numeric_limits<float>::quiet_NaN(), 1});
        QVERIFY(lesionStudy(*executor, input, request).error().kind == ErrorKind::InvalidInput);
    }
};

QTEST_GUILESS_MAIN(LesionTest)
#include "lesion_test.moc"
