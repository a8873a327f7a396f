// The subject of an answer in words.
#include "study/objective_text.h"

#include <QTest>

#include <set>

using namespace reslens;
using nn::ObjectiveKind;

namespace {

const std::vector<std::string> kLabels{"tench, Tinca tinca", "ship"};

QString said(const nn::Objective &objective)
{
    return QString::fromStdString(study::objectiveText(objective, kLabels));
}

} // namespace

class ObjectiveTextTest : public QObject {
    Q_OBJECT

private slots:
    void every_kind_is_said_with_its_classes()
    {
        QCOMPARE(said({ObjectiveKind::LogProbability, 1}), QString("log p of ship"));
        QCOMPARE(said({ObjectiveKind::Logit, 0}), QString("logit of tench")); // synonyms are left out
        QCOMPARE(said({ObjectiveKind::Probability, -1}), QString("p of the top class"));
        QCOMPARE(said({ObjectiveKind::LogitDifference, 1, 0}), QString("logit of ship − logit of tench"));
        QCOMPARE(said({ObjectiveKind::Logit, 7}), QString("logit of 7")); // has no label
    }

    void every_kind_is_found_by_its_id_and_by_its_name()
    {
        std::set<std::string> words;
        for (const nn::ObjectiveWords &kind : nn::objectiveKinds()) {
            QVERIFY(nn::objectiveKindNamed(kind.id) == kind.kind);
            QVERIFY(nn::objectiveKindNamed(kind.name) == kind.kind);
            QCOMPARE(nn::wordsOf(kind.kind).id, kind.id);
            words.insert(kind.id);
        }
        QCOMPARE(words.size(), std::size_t(4));
        QVERIFY(!nn::objectiveKindNamed("loss"));
    }
};

QTEST_GUILESS_MAIN(ObjectiveTextTest)
#include "objective_text_test.moc"
