#include "analysis/ranking.h"

#include <QTest>

#include <limits>

using namespace reslens;
using namespace reslens::analysis;

namespace {

nn::Forward forwardWith(std::vector<float> logits)
{
    nn::Forward forward;
    forward.logits = Tensor({1, int(logits.size()), 1, 1});
    forward.logits.values = std::move(logits);
    forward.probabilities = Tensor(forward.logits.shape, 0.25f);
    return forward;
}

} // namespace

class RankingTest : public QObject {
    Q_OBJECT

private slots:
    void a_rank_is_the_place_among_the_top_predictions()
    {
        const nn::Forward forward = forwardWith({1, 5, 3, 5, -2});
        const auto top = topPredictions(forward, 0, {}, 5);
        for (int place = 0; place < 5; ++place)
            QCOMPARE(rankOf(forward, 0, top[place].index), place + 1);
        QCOMPARE(rankOf(forward, 0, 1), 1); // a tie: the first one counts
        QCOMPARE(rankOf(forward, 0, 3), 2);
    }

    void a_nan_ranks_last()
    {
        const nn::Forward forward = forwardWith({std::numeric_limits<float>::quiet_NaN(), 2, -3});
        QCOMPARE(rankOf(forward, 0, 0), 3);
        QCOMPARE(topPredictions(forward, 0, {}, 1).front().index, 1);
    }
};

QTEST_GUILESS_MAIN(RankingTest)
#include "ranking_test.moc"
