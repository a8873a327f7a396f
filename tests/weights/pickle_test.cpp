#include "weights/pickle.h"

#include "weights/pickle_writer.h"

#include <QTest>

using namespace reslens;
using test::PickleWriter;
using weights::PickleNode;

namespace {

/// The texts of the values point into `bytes`.
Result<weights::Pickle> parse(const std::string &bytes)
{
    return weights::readPickle(std::as_bytes(std::span(bytes)), 0, "data.pkl");
}

/// Makes a legacy file with the state dict {"w": a float tensor over the storage `values`}.
std::string tensorFile(const std::vector<float> &values, std::int64_t offset, const std::vector<std::int64_t> &shape,
                       const std::vector<std::int64_t> &strides)
{
    std::string data;
    for (const float value : values)
        data += test::littleEndian(value);
    const auto count = std::int64_t(values.size());
    const PickleWriter tensor = PickleWriter().tensor("FloatStorage", "0", count, offset, shape, strides);
    return test::legacyFile(test::dictOf(tensor), {{"0", values.size(), data}});
}

} // namespace

class PickleTest : public QObject {
    Q_OBJECT

private slots:
    void numbers_of_every_opcode_are_read_data()
    {
        QTest::addColumn<QByteArray>("opcode");
        QTest::addColumn<qint64>("value");
        QTest::newRow("BININT1") << QByteArray("K\xff", 2) << qint64(255);
        QTest::newRow("BININT2") << QByteArray("M\x01\x02", 3) << qint64(513);
        QTest::newRow("BININT") << QByteArray("J\xfe\xff\xff\xff", 5) << qint64(-2);
        QTest::newRow("LONG1 of no bytes") << QByteArray("\x8a\x00", 2) << qint64(0);
        QTest::newRow("LONG1 of one byte") << QByteArray("\x8a\x01\x80", 3) << qint64(-128);
        QTest::newRow("LONG1 of eight bytes")
            << QByteArray("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", 10) << std::numeric_limits<qint64>::max();
        QTest::newRow("LONG4") << QByteArray("\x8b\x02\x00\x00\x00\x00\x01", 7) << qint64(256);
    }

    void numbers_of_every_opcode_are_read()
    {
        QFETCH(QByteArray, opcode);
        QFETCH(qint64, value);
        const auto pickle = parse(PickleWriter().raw(opcode.toStdString()).finished());
        QVERIFY(pickle);
        QVERIFY(pickle->root.isInt());
        QCOMPARE(qint64(pickle->root.payload), value);
    }

    void a_float_is_big_endian()
    {
        const auto pickle = parse(PickleWriter().raw(std::string("G\x3f\xf8\0\0\0\0\0\0", 9)).finished());
        QVERIFY(pickle);
        QCOMPARE(pickle->root.real(), 1.5);
    }

    void containers_hold_their_items_in_order()
    {
        const auto pickle = parse(PickleWriter(4)
                                      .raw("}(")
                                      .text("list")
                                      .raw("](K\x01K\x02"
                                           "eK\x03"
                                           "a")
                                      .text("tuple")
                                      .raw("K\x04K\x05\x86")
                                      .text("set")
                                      .raw("\x8f(K\x06\x90u")
                                      .finished());
        QVERIFY2(pickle, pickle ? "" : pickle.error().message().c_str());
        const PickleNode *dict = pickle->node(pickle->root, PickleNode::Kind::Dict);
        QVERIFY(dict);
        QCOMPARE(dict->items.size(), std::size_t(6));
        const PickleNode *list = pickle->node(dict->items[1], PickleNode::Kind::List);
        QVERIFY(list);
        QCOMPARE(list->items.size(), std::size_t(3));
        QCOMPARE(list->items[2].payload, std::int64_t(3));
        QVERIFY(pickle->node(dict->items[3], PickleNode::Kind::Tuple));
        QVERIFY(pickle->node(dict->items[5], PickleNode::Kind::Set));
    }

    void the_memo_shares_one_object()
    {
        const auto pickle = parse(PickleWriter()
                                      .raw("(]q\x05h\x05h\x05K\x01"
                                           "at")
                                      .finished());
        QVERIFY2(pickle, pickle ? "" : pickle.error().message().c_str());
        const PickleNode *tuple = pickle->node(pickle->root, PickleNode::Kind::Tuple);
        QCOMPARE(tuple->items.size(), std::size_t(3));
        for (const auto &item : tuple->items)
            QCOMPARE(pickle->node(item, PickleNode::Kind::List)->items.size(), std::size_t(1));
    }

    void a_foreign_call_is_a_named_object_and_nothing_more()
    {
        const std::string bytes = PickleWriter().call("os", "system", "touch /tmp/x").finished();
        const auto pickle = parse(bytes);
        QVERIFY(pickle);
        QCOMPARE(pickle->foreignGlobals.all().size(), std::size_t(1));
        QCOMPARE(pickle->foreignGlobals.all()[0].name, std::string("os.system"));
        QVERIFY(pickle->foreignGlobals.all()[0].isCalled);
        QCOMPARE(pickle->describe(pickle->root), std::string("an object that Python would make with os.system"));
    }

    void a_foreign_name_that_is_only_imported_is_told_apart_from_a_call()
    {
        const auto pickle = parse(PickleWriter().global("antigravity", "fly").finished());
        QVERIFY(pickle);
        QCOMPARE(pickle->foreignGlobals.all().size(), std::size_t(1));
        QVERIFY(!pickle->foreignGlobals.all()[0].isCalled);
    }

    void what_tensors_are_made_of_is_not_foreign()
    {
        for (const auto &[module, name] : {std::pair("collections", "OrderedDict"),
                                           {"torch", "FloatStorage"},
                                           {"torch", "Size"},
                                           {"torch", "bfloat16"},
                                           {"torch._utils", "_rebuild_parameter"}}) {
            const auto pickle = parse(PickleWriter().global(module, name).finished());
            QVERIFY(pickle);
            QVERIFY2(pickle->foreignGlobals.all().empty(), name);
        }
    }

    void python_2s_ordered_dictionary_of_pairs_is_a_dictionary()
    {
        const auto pickle = parse(PickleWriter()
                                      .global("collections", "OrderedDict")
                                      .raw("(]](")
                                      .text("a")
                                      .raw("K\x01"
                                           "ea](")
                                      .text("b")
                                      .raw("K\x02"
                                           "eatR")
                                      .finished());
        QVERIFY2(pickle, pickle ? "" : pickle.error().message().c_str());
        const PickleNode *dict = pickle->node(pickle->root, PickleNode::Kind::Dict);
        QVERIFY(dict);
        QCOMPARE(dict->items.size(), std::size_t(4));
        QCOMPARE(dict->items[3].payload, std::int64_t(2));
    }

    void a_residual_network_is_preferred_to_another_that_also_has_a_first_convolution()
    {
        const std::string one = PickleWriter().tensor("FloatStorage", "0", 1, 0, {1}, {1}).body();
        PickleWriter object;
        object.raw("}(").text("unet").raw("}").text("conv1.weight").raw(one + "s");
        object.text("resnet").raw("}").text("layer1.0.conv1.weight_orig").raw(one + "su");
        const auto checkpoint = test::read(test::legacyFile(object.finished(), {{"0", 1, test::littleEndian(1.0f)}}));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QVERIFY(checkpoint->tensors.contains("layer1.0.conv1.weight_orig"));
        QCOMPARE(checkpoint->notes, (std::vector<std::string>{"the network stands under 'resnet'",
                                                              "1 further tensor in the file is not used"}));
    }

    void a_module_has_what_state_dict_names_and_another_object_everything_in_it()
    {
        const std::string one = PickleWriter().tensor("FloatStorage", "0", 1, 0, {1}, {1}).body();
        // A module with a parameter and a plain attribute, in a list of an object that is no module.
        PickleWriter module;
        module.global("own", "Net").raw(")\x81}(").text("_parameters").raw("}").text("weight").raw(one + "s");
        module.text("weight").raw(one + "ub");
        PickleWriter object;
        object.global("own", "Learner").raw(")\x81}").text("nets").raw("]" + module.body() + "asb");
        const auto checkpoint = test::read(test::legacyFile(object.finished(), {{"0", 1, test::littleEndian(1.0f)}}));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->tensors.size(), std::size_t(1));
        QVERIFY(checkpoint->tensors.contains("nets.0.weight"));
    }

    void a_strided_tensor_is_read_through_its_strides()
    {
        const auto checkpoint = test::read(tensorFile({9, 0, 1, 2, 3, 4, 5}, 1, {2, 3}, {1, 2}));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->tensors.at("w").toFloats(), (std::vector<float>{0, 2, 4, 1, 3, 5}));
    }

    void a_tensor_may_end_with_its_storage_and_not_one_element_later()
    {
        QVERIFY(test::readError(tensorFile({0, 1, 2, 3}, 1, {3}, {1})).empty());
        const std::string offset = test::readError(tensorFile({0, 1, 2, 3}, 2, {3}, {1}));
        QVERIFY2(offset.find("'w' of shape [3], strides [1] and offset 2 reaches beyond its storage of 4 elements") !=
                     std::string::npos,
                 offset.c_str());
        QVERIFY(test::readError(tensorFile({0, 1, 2, 3}, 0, {2, 2}, {1, 2})).empty());
        QVERIFY(!test::readError(tensorFile({0, 1, 2, 3}, 0, {2, 2}, {1, 3})).empty());
    }

    void an_empty_tensor_and_a_scalar_are_read()
    {
        QVERIFY(test::read(tensorFile({1}, 1, {0, 3}, {3, 1}))->tensors.at("w").toFloats().empty());
        QCOMPARE(test::read(tensorFile({7}, 0, {}, {}))->tensors.at("w").toFloats(), std::vector<float>{7});
    }

    void a_tensor_of_complex_numbers_is_kept_as_inert_and_named()
    {
        const PickleWriter tensor = PickleWriter().tensor("ComplexFloatStorage", "0", 1, 0, {1}, {1});
        const PickleWriter both = PickleWriter()
                                      .raw("}(")
                                      .text("z")
                                      .raw(tensor.body())
                                      .text("w")
                                      .raw(PickleWriter().tensor("FloatStorage", "1", 1, 0, {1}, {1}).raw("u").body());
        const auto checkpoint = test::read(
            test::legacyFile(both.finished(), {{"0", 1, std::string(8, '\0')}, {"1", 1, test::littleEndian(3.0f)}}));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->inertEntries.at("z"), std::string("a tensor in a torch.ComplexFloatStorage"));
        QCOMPARE(checkpoint->tensors.at("w").toFloats(), std::vector<float>{3});
    }
};

QTEST_GUILESS_MAIN(PickleTest)
#include "pickle_test.moc"
