#include "weights/checkpoint_bytes.h"
#include "weights/finite_weights.h"

#include <QTest>

#include <cstring>
#include <memory>

using namespace reslens;

namespace {

weights::Checkpoint small(const test::Metadata &metadata = {})
{
    return test::checkpointOf(test::smallParameters(), metadata);
}

} // namespace

class ModelFromCheckpointTest : public QObject {
    Q_OBJECT

private slots:
    void a_bare_checkpoint_has_no_labels_and_default_preprocessing()
    {
        const auto model = weights::makeModel(small(), {});
        QVERIFY(model);
        QCOMPARE(model->name, std::string("small"));
        QCOMPARE(model->path, std::string("small.pth"));
        QVERIFY(model->labels.empty());
        QVERIFY(model->preprocess == nn::Preprocess());
        QVERIFY(model->notes.empty());
    }

    void what_is_not_finite_is_found_in_every_type()
    {
        const auto tensor = [](DType dtype, std::vector<std::uint64_t> elements) {
            const std::size_t size = sizeBytes(dtype);
            auto bytes = std::make_shared<std::vector<std::byte>>(elements.size() * size);
            for (std::size_t i = 0; i < elements.size(); ++i)
                std::memcpy(bytes->data() + i * size, &elements[i], size); // little-endian
            StoredTensor made;
            made.dtype = dtype;
            made.shape = {std::int64_t(elements.size())};
            made.bytes = *bytes;
            made.owner = bytes;
            return made;
        };
        const auto note = [](const StoredTensor &of) { return weights::notFiniteNote({{"w", of}}); };
        const std::string one = "1 of 3 values of 'w' are not finite, so answers may not be either";
        QCOMPARE(note(tensor(DType::F32, {0x3f800000, 0x7f800000, 0x7f7fffff})), one); // 1, infinity, the largest
        QCOMPARE(note(tensor(DType::F32, {0x3f800000, 0xffc00000, 0xff7fffff})), one); // a NaN with a sign
        QCOMPARE(note(tensor(DType::F16, {0x3c00, 0x7c01, 0x7bff})), one);
        QCOMPARE(note(tensor(DType::BF16, {0x3f80, 0xff80, 0x7f7f})), one);
        QCOMPARE(note(tensor(DType::F64, {0x3ff0000000000000, 0x7ff8000000000000, 0x7fefffffffffffff})), one);
        QCOMPARE(note(tensor(DType::I64, {0x7ff8000000000000, 1, 2})), std::string());
        StoredTensor strided = tensor(DType::F32, {0, 0x7f800000, 0, 0, 0, 0}); // the infinity is between its elements
        strided.shape = {3};
        strided.strides = {2};
        QCOMPARE(note(strided), std::string());
        nn::Parameters many;
        for (int i = 0; i < 6; ++i)
            many["w" + std::to_string(i)] = tensor(DType::F16, {0x7c00});
        QVERIFY(weights::notFiniteNote(many).find("and some of 2 further tensors") != std::string::npos);
    }

    void a_missing_tensor_is_refused_by_name_and_shape()
    {
        weights::Checkpoint checkpoint = small();
        checkpoint.tensors.erase("layer2.0.bn1.running_var");
        QCOMPARE(test::modelError(checkpoint),
                 std::string("small.pth: the tensor 'layer2.0.bn1.running_var' is missing; resnet-basic-1.1.1-w2 needs "
                             "it with shape [4]"));
    }

    void a_wrong_shape_is_refused_with_found_and_expected()
    {
        weights::Checkpoint checkpoint = small();
        checkpoint.tensors["bn1.bias"] = storeFloats({3}, {0, 0, 0});
        QCOMPARE(test::modelError(checkpoint),
                 std::string("small.pth: 'bn1.bias' has shape [3]; resnet-basic-1.1.1-w2 needs [2]"));
    }

    void integer_weights_are_refused()
    {
        weights::Checkpoint checkpoint = small();
        checkpoint.tensors["bn1.bias"].dtype = DType::I32;
        QVERIFY(test::modelError(checkpoint).find("'bn1.bias' has type I32; a weight is F32") != std::string::npos);
    }

    void a_tensor_that_looks_like_part_of_the_network_is_never_dropped()
    {
        weights::Checkpoint checkpoint = small();
        checkpoint.tensors["layer1.0.conv9.weight"] = storeFloats({1}, {0});
        QVERIFY(test::modelError(checkpoint).find("'layer1.0.conv9.weight' of shape [1] is not part of") !=
                std::string::npos);
    }

    void other_entries_are_listed_and_batch_counters_are_not()
    {
        weights::Checkpoint checkpoint = small();
        checkpoint.tensors["n_averaged"] = storeFloats({}, {12});
        checkpoint.tensors["bn1.num_batches_tracked"] = storeFloats({}, {7});
        checkpoint.inertEntries["epoch"] = "a number";
        const auto model = weights::makeModel(checkpoint, {});
        QVERIFY(model);
        QCOMPARE(model->notes, (std::vector<std::string>{"'n_averaged' is not part of the network and is not used",
                                                         "'epoch' is a number and is not used"}));
    }

    void a_tensor_that_only_python_could_make_is_refused_by_name()
    {
        weights::Checkpoint checkpoint = small();
        checkpoint.tensors.erase("fc.bias");
        checkpoint.inertEntries["fc.bias"] = "an object that Python would make with os.system";
        QCOMPARE(test::modelError(checkpoint),
                 std::string("small.pth: 'fc.bias' is an object that Python would make with os.system, not a tensor "
                             "that can be read without running Python"));
    }

    void double_precision_is_told()
    {
        weights::Checkpoint checkpoint = small();
        static const double zeros[3] = {};
        StoredTensor &bias = checkpoint.tensors["fc.bias"];
        bias.dtype = DType::F64;
        bias.bytes = std::as_bytes(std::span(zeros));
        const auto model = weights::makeModel(checkpoint, {});
        QVERIFY(model);
        QCOMPARE(model->notes, std::vector<std::string>{"64-bit weights are rounded to 32 bits"});
    }

    void a_wrong_label_count_states_both_numbers()
    {
        const std::string expected = "small.pth: 2 labels are given, but the network has 3 classes";
        QCOMPARE(test::modelError(small(), {"", {"a", "b"}}), expected);
        QCOMPARE(test::modelError(small({{"reslens.classes", R"(["a","b"])"}})), expected);
        const auto model = weights::makeModel(small({{"reslens.classes", R"(["a","b"])"}}), {"", {"x", "y", "z"}});
        QVERIFY2(model, "labels given by the person replace the file's");
        QCOMPARE(model->labels, (std::vector<std::string>{"x", "y", "z"}));
    }

    void damaged_metadata_is_refused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *name, const char *key, const QString &value) {
            QTest::newRow(name) << key << value;
        };
        row("no JSON", "reslens.classes", "cat, dog");
        row("no array", "reslens.classes", R"({"0":"cat"})");
        row("no names", "reslens.classes", "[1,2,3]");
        row("names within names", "reslens.classes", R"([["a"],"b","c"])");
        row("deep", "reslens.classes", QString(100'000, '['));
        row("no crop", "reslens.preprocess", R"({"resize":36,"mean":[0,0,0],"std":[1,1,1]})");
        row("another order", "reslens.preprocess", R"({"resize":36,"crop":32,"mean":[0,0,0],"std":[1,1,1],"order":7})");
        row("another range", "reslens.preprocess", R"({"resize":36,"crop":32,"mean":[0,0,0],"std":[1,1,1],"range":2})");
        row("crop beyond one side", "reslens.preprocess",
            R"({"resize":[36,16],"crop":32,"mean":[0,0,0],"std":[1,1,1]})");
        row("two means", "reslens.preprocess", R"({"resize":36,"crop":32,"mean":[0,0],"std":[1,1,1]})");
        row("deviation 0", "reslens.preprocess", R"({"resize":36,"crop":32,"mean":[0,0,0],"std":[1,0,1]})");
        row("huge", "reslens.preprocess", R"({"resize":99999999999,"crop":32,"mean":[0,0,0],"std":[1,1,1]})");
        row("crop beyond resize", "reslens.preprocess", R"({"resize":16,"crop":32,"mean":[0,0,0],"std":[1,1,1]})");
        row("mean without end", "reslens.preprocess", R"({"resize":36,"crop":32,"mean":[1e999,0,0],"std":[1,1,1]})");
    }

    void damaged_metadata_is_refused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto model = weights::makeModel(small({{key.toStdString(), value.toStdString()}}), {});
        QVERIFY(!model);
        QCOMPARE(model.error().kind, ErrorKind::Malformed);
        QVERIFY(model.error().message().find(key.toStdString()) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(ModelFromCheckpointTest)
#include "model_from_checkpoint_test.moc"
