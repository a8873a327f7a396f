// Names of classes in a checkpoint are taken where they are as many as the network's classes.
#include "weights/class_names.h"

#include "weights/checkpoint_bytes.h"
#include "weights/pickle_writer.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

PickleWriter list(const std::vector<std::string> &names)
{
    PickleWriter writer;
    writer.raw("](");
    for (const std::string &name : names)
        writer.text(name);
    return writer.raw("e");
}

PickleWriter numbered(const std::vector<std::string> &names, bool areKeys)
{
    PickleWriter writer;
    writer.raw("}(");
    for (std::size_t i = names.size(); i-- > 0;)
        areKeys ? writer.text(names[i]).number(std::int64_t(i)) : writer.number(std::int64_t(i)).text(names[i]);
    return writer.raw("u");
}

std::string dictWith(const std::string &key, const PickleWriter &value)
{
    return PickleWriter().raw("}").text(key).raw(value.body()).raw("s").body();
}

/// "class_to_idx: cat, dog"
std::vector<std::string> namesIn(const std::string &body)
{
    const std::string pickle = PickleWriter().raw(body).finished();
    const auto read = weights::readPickle(std::as_bytes(std::span(pickle)), 0, "bytes");
    std::vector<std::string> lines;
    for (const weights::ClassNames &found : weights::classNamesIn(*read)) {
        lines.push_back(found.where + ":");
        for (const std::string &name : found.names)
            lines.back() += " " + name;
    }
    return lines;
}

using Lines = std::vector<std::string>;

} // namespace

class ClassNamesTest : public QObject {
    Q_OBJECT

private slots:
    void lists_and_dictionaries_are_read_in_the_order_of_the_outputs()
    {
        QCOMPARE(namesIn(dictWith("classes", list({"cat", "dog"}))), Lines{"classes: cat dog"});
        QCOMPARE(namesIn(dictWith("class_to_idx", numbered({"cat", "dog"}, true))), Lines{"class_to_idx: cat dog"});
        QCOMPARE(namesIn(dictWith("id2label", numbered({"cat", "dog"}, false))), Lines{"id2label: cat dog"});
        const std::string inner = dictWith("CLASSES", list({"cat"}));
        QCOMPARE(namesIn(dictWith("meta", PickleWriter().raw(inner))), Lines{"meta.CLASSES: cat"});
    }

    void attributes_of_saved_objects_are_read_and_the_outermost_come_first()
    {
        const std::string state = dictWith("classes", list({"inner"}));
        const std::string object = PickleWriter().global("my", "Set").raw(")R").raw(state).raw("b").body();
        const std::string both = PickleWriter()
                                     .raw("}")
                                     .text("set")
                                     .raw(object)
                                     .raw("s")
                                     .text("class_names")
                                     .raw(list({"outer"}).body())
                                     .raw("s")
                                     .body();
        QCOMPARE(namesIn(both), (Lines{"class_names: outer", "set.classes: inner"}));
    }

    void what_are_no_names_of_all_classes_is_passed_over()
    {
        QCOMPARE(namesIn(dictWith("classes", PickleWriter().number(10))), Lines{});
        QCOMPARE(namesIn(dictWith("classes", list({}))), Lines{});
        QCOMPARE(namesIn(dictWith("id2label", PickleWriter().raw("}").number(1).text("dog").raw("s"))), Lines{});
        QCOMPARE(namesIn(dictWith("id2label", numbered({"LABEL_0", "LABEL_1"}, false))), Lines{});
    }

    void a_dictionary_that_holds_itself_ends()
    {
        QCOMPARE(namesIn("}q" + std::string(1, '\0') + PickleWriter().text("self").body() + "h" + std::string(1, '\0') +
                         "s"),
                 Lines{});
    }

    void metadata_are_json()
    {
        const auto found =
            weights::classNamesIn({{"id2label", R"({"1": "dog", "0": "cat"})"}, {"classes", "not JSON"}});
        QCOMPARE(found.size(), 1u);
        QCOMPARE(found[0].names, (Lines{"cat", "dog"}));
        QVERIFY(weights::classNamesIn({{"classes", R"([["deep", ["er"]]])"}}).empty());
    }

    void a_model_takes_names_of_the_right_count_and_tells_of_others()
    {
        weights::Checkpoint checkpoint = checkpointOf(smallParameters());
        checkpoint.classNames = {{"classes", {"one"}}, {"names", {"a", "b", "c"}}};
        const auto model = weights::makeModel(checkpoint, {});
        QCOMPARE(model->labels, (Lines{"a", "b", "c"}));
        QCOMPARE(model->notes, Lines{"the names of the classes are those under 'names'"});
        checkpoint.classNames.pop_back();
        QCOMPARE(weights::makeModel(checkpoint, {})->notes,
                 Lines{"'classes' has 1 names, but the network has 3 classes, so they are not used"});
        weights::ModelOptions given;
        given.labels = {"x", "y", "z"};
        QCOMPARE(weights::makeModel(checkpoint, given)->labels, given.labels);
    }

    void a_wrong_count_of_labels_names_their_file()
    {
        weights::ModelOptions given;
        given.labels = {"x", "y"};
        given.labelsFile = "pets.txt";
        QCOMPARE(modelError(checkpointOf(smallParameters()), given),
                 std::string("pets.txt: 2 labels are given, but the network has 3 classes"));
    }
};

QTEST_GUILESS_MAIN(ClassNamesTest)
#include "class_names_test.moc"
