// What stands in a file is listed: networks, tensors that are used and not, names of classes, what Python would import.
#include "audit/file_contents.h"
#include "weights/checkpoint_bytes.h"

#include <QtTest>

#include <algorithm>

using namespace reslens;

namespace {

audit::FileContents contentsOf(const char *fixture, const std::string &network = {})
{
    return audit::contentsOf(test::fixtureFile(fixture), network).value();
}

bool says(const audit::FileContents &contents, const char *words)
{
    return audit::textOf(contents).find(words) != std::string::npos;
}

} // namespace

class FileContentsTest : public QObject {
    Q_OBJECT

private slots:
    void every_network_of_a_file_is_listed_with_its_architecture()
    {
        const audit::FileContents contents = contentsOf("averaged.pth");
        QCOMPARE(contents.networks.size(), 2u);
        QCOMPARE(contents.networks[0].path, std::string("model"));
        QCOMPARE(contents.networks[1].prefix, std::string("module."));
        for (const audit::NetworkInside &network : contents.networks) {
            QCOMPARE(network.architecture, std::string("resnet-basic-1.1.1-w2"));
            QVERIFY(network.tensors >= 44);
        }
        QVERIFY(contents.networks[0].isChosen && !contents.networks[1].isChosen);
        QVERIFY(contentsOf("averaged.pth", "model_ema").networks[1].isChosen);
    }

    void used_and_unused_tensors_are_told_by_their_keys()
    {
        const audit::FileContents contents = contentsOf("training-zip.pth");
        const auto find = [&](const char *key) {
            return *std::ranges::find(contents.tensors, key, &audit::TensorInside::key);
        };
        QCOMPARE(find("module.conv1.weight").name, std::string("conv1.weight"));
        QCOMPARE(find("module.conv1.weight").shape, std::string("[2, 3, 3, 3]"));
        QCOMPARE(find("module.bn1.num_batches_tracked").name, std::string());
        QVERIFY(says(contents, "37 tensors are used"));
        QVERIFY(says(contents, "module.conv1.weight [2, 3, 3, 3] F32 as conv1.weight"));
    }

    void what_python_would_import_is_listed()
    {
        QVERIFY(says(contentsOf("training-zip.pth"), "argparse.Namespace"));
        QVERIFY(says(contentsOf("hostile-beside.pth"), "system('touch /tmp/reslens-was-here')"));
    }

    void a_file_without_a_network_says_why()
    {
        const auto contents = audit::contentsOf(std::string(RESLENS_SOURCE_DIR) + "/CMakeLists.txt");
        QVERIFY(contents);
        QVERIFY(contents->networks.empty());
        QVERIFY(contents->problem.find("is not a checkpoint") != std::string::npos);
        QVERIFY(!audit::contentsOf("/nowhere/at.pth"));
    }
};

QTEST_GUILESS_MAIN(FileContentsTest)
#include "file_contents_test.moc"
