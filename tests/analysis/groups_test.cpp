#include "analysis/groups.h"

#include "analysis/example.h"
#include "support/samples.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::analysis;

namespace {

/// Returns the model with only group `group` in block `name`'s last convolution, and no shift in its batch norm.
nn::Model withOneGroup(nn::Model model, const std::string &name, int group, int groups)
{
    StoredTensor &weight = model.parameters.at(name + ".conv3.weight");
    std::vector<float> values = weight.toFloats();
    const int channels = int(weight.shape[1]);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (int(i) % channels / (channels / groups) != group)
            values[i] = 0;
    weight = storeFloats(weight.shape, std::move(values));
    fill(model, name + ".bn3.bias", 0);
    fill(model, name + ".bn3.running_mean", 0);
    return model;
}

} // namespace

class GroupsTest : public QObject {
    Q_OBJECT

private slots:
    void the_groups_and_the_bias_sum_to_the_branch()
    {
        const Example example(executorFor("resnext50_32x4d"), nn::generateInput({1, 3, 32, 32}));
        double worst = 0;
        for (const int block : {0, 3, 9, 15}) {
            const GroupContributions groups = must(groupsOf(example.run(), block));
            QCOMPARE(int(groups.groups.size()), 32);
            QVERIFY(groups.residual.isDefined);
            worst = std::max(worst, groups.residual.value);
            double shares = groups.bias.share.value;
            for (const GroupPart &part : groups.groups)
                shares += part.share.value;
            QVERIFY(std::abs(shares - 1) <= 1e-5);
        }
        qInfo("worst residual of the groups' sum: %.1e", worst);
        QVERIFY(worst <= 1e-5);
    }

    void a_group_s_path_is_the_branch_in_which_it_is_alone()
    {
        const Tensor input = nn::generateInput({1, 3, 23, 17});
        const Example example(executorFor(modelOf(smallGrouped())), input);
        const int block = 1;
        const nn::Block &b = example.network().blocks[block];
        const GroupContributions groups = must(groupsOf(example.run(), block));
        QCOMPARE(int(groups.groups.size()), 4);
        const Tensor F = example.read(b.F);
        for (int g = 0; g < 4; ++g) {
            const Example lone(executorFor(withOneGroup(modelOf(smallGrouped()), b.name, g, 4)), input);
            const Tensor path = lone.read(b.F);
            QVERIFY(relative(groups.groups[g].norm, norm(path.values)) <= 1e-5);
            const double share = dot(path.values, F.values) / dot(F.values, F.values);
            QVERIFY(std::abs(groups.groups[g].share.value - share) <= 1e-5);
        }
    }

    void a_branch_without_groups_is_refused()
    {
        const Example example(executorFor("resnet20"), nn::generateInput({1, 3, 8, 8}));
        QVERIFY(groupsOf(example.run(), 0).error().kind == ErrorKind::Unsupported);
        QVERIFY(groupsOf(example.run(), 9).error().kind == ErrorKind::NotFound);
    }

    void a_stop_ends_it()
    {
        const Example example(executorFor(modelOf(smallGrouped())), nn::generateInput({1, 3, 16, 16}));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(groupsOf(example.run(), 0, stop.get_token()).error().kind == ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(GroupsTest)
#include "groups_test.moc"
