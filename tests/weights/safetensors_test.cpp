#include "weights/checkpoint_bytes.h"

#include <QTest>

using namespace reslens;

namespace {

std::string entry(const std::string &dtype, const std::string &shape, int begin, int end)
{
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":[)" + std::to_string(begin) + "," +
           std::to_string(end) + "]}";
}

} // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT

private slots:
    void every_type_is_read_with_its_values()
    {
        const std::string data = test::littleEndian(1.5f) + std::string("\x00\x3e", 2) + std::string("\xc0\x3f", 2) +
                                 test::littleEndian(-2.5) + test::littleEndian(std::int64_t(-7)) +
                                 test::littleEndian(std::int32_t(70000)) + test::littleEndian(std::int16_t(-300)) +
                                 "\xff" + "\xff" + "\x01";
        const std::string header =
            R"({"f32":)" + entry("F32", "[1]", 0, 4) + R"(,"f16":)" + entry("F16", "[]", 4, 6) + R"(,"bf16":)" +
            entry("BF16", "[1,1]", 6, 8) + R"(,"f64":)" + entry("F64", "[1]", 8, 16) + R"(,"i64":)" +
            entry("I64", "[1]", 16, 24) + R"(,"i32":)" + entry("I32", "[1]", 24, 28) + R"(,"i16":)" +
            entry("I16", "[1]", 28, 30) + R"(,"i8":)" + entry("I8", "[1]", 30, 31) + R"(,"u8":)" +
            entry("U8", "[1]", 31, 32) + R"(,"bool":)" + entry("BOOL", "[1]", 32, 33) + "}";
        const auto checkpoint = test::read(test::safetensorsFile(header, data));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        const std::map<std::string, float> expected{{"f32", 1.5f},  {"f16", 1.5f},     {"bf16", 1.5f},   {"f64", -2.5f},
                                                    {"i64", -7.0f}, {"i32", 70000.0f}, {"i16", -300.0f}, {"i8", -1.0f},
                                                    {"u8", 255.0f}, {"bool", 1.0f}};
        QCOMPARE(checkpoint->tensors.size(), expected.size());
        for (const auto &[name, value] : expected)
            QCOMPARE(checkpoint->tensors.at(name).toFloats(), std::vector<float>{value});
    }

    void a_written_network_is_read_back_bit_for_bit()
    {
        const nn::Parameters parameters = test::smallParameters();
        const auto checkpoint = test::read(test::safetensorsFile(parameters, {{"format", "pt"}}));
        QVERIFY(checkpoint);
        QCOMPARE(checkpoint->container, std::string("safetensors"));
        QCOMPARE(checkpoint->metadata.at("format"), std::string("pt"));
        QCOMPARE(checkpoint->tensors.size(), parameters.size());
        for (const auto &[name, tensor] : parameters) {
            QCOMPARE(checkpoint->tensors.at(name).shape, tensor.shape);
            QCOMPARE(checkpoint->tensors.at(name).toFloats(), tensor.toFloats());
        }
    }

    void order_padding_scalars_and_empty_tensors_are_as_the_format_allows()
    {
        const std::string header = R"({"b":)" + entry("F32", "[]", 4, 8) + R"(,"none":)" + entry("F32", "[0,5]", 4, 4) +
                                   R"(,"a":)" + entry("F32", "[1]", 0, 4) + "}      ";
        const auto checkpoint =
            test::read(test::safetensorsFile(header, test::littleEndian(1.0f) + test::littleEndian(2.0f)));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->tensors.at("a").toFloats(), std::vector<float>{1});
        QCOMPARE(checkpoint->tensors.at("b").toFloats(), std::vector<float>{2});
        QVERIFY(checkpoint->tensors.at("none").toFloats().empty());
    }

    void a_header_of_any_length_is_told_from_a_pickle()
    {
        // A length of 0x80 begins the file with a pickle's first byte.
        for (const std::size_t length : {0x78, 0x80, 0x88, 0x180}) {
            const std::string header = R"({"a":)" + entry("F32", "[1]", 0, 4) + "}";
            const auto checkpoint = test::read(
                test::safetensorsFile(header + std::string(length - header.size(), ' '), test::littleEndian(1.0f)));
            QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
            QCOMPARE(checkpoint->tensors.at("a").toFloats(), std::vector<float>{1});
        }
    }

    void a_file_without_tensors_is_valid_and_holds_none()
    {
        const auto checkpoint = test::read(test::safetensorsFile("{}", ""));
        QVERIFY(checkpoint);
        QVERIFY(checkpoint->tensors.empty());
    }

    void metadata_names_labels_and_preprocessing()
    {
        const test::Metadata metadata{
            {"reslens.classes", R"(["cat","dog","ship"])"},
            {"reslens.preprocess", R"({"resize":36,"crop":32,"mean":[0.5,0.25,0.125],"std":[1,2,4]})"}};
        const auto model =
            weights::makeModel(*test::read(test::safetensorsFile(test::smallParameters(), metadata), "a/ship.st"), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(model->name, std::string("ship"));
        QCOMPARE(model->labels, (std::vector<std::string>{"cat", "dog", "ship"}));
        nn::Preprocess expected;
        expected.resize = 36;
        expected.crop = 32;
        expected.mean = {0.5f, 0.25f, 0.125f};
        expected.deviation = {1, 2, 4};
        expected.source = "embedded metadata";
        QVERIFY(model->preprocess == expected);
    }

    void metadata_may_name_what_is_unusual()
    {
        const test::Metadata metadata{
            {"reslens.preprocess", R"({"resize":[36,40],"crop":32,"mean":[0,0,0],"std":[1,1,1],"order":"bgr",
                                       "range":255,"interpolation":"bicubic"})"}};
        const auto model =
            weights::makeModel(*test::read(test::safetensorsFile(test::smallParameters(), metadata), "a.st"), {});
        QVERIFY2(model, model ? "" : model.error().message().c_str());
        QCOMPARE(nn::textOf(model->preprocess),
                 std::string("scaled to 36 x 40 (bicubic), centre 32 x 32, BGR, 0 to 255"));
    }
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
