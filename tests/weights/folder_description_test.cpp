// How transformers and timm write the preparation of pictures, in the terms of ResLens.
#include "weights/folder_description.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace reslens;
using nlohmann::json;

namespace {

using Notes = std::vector<std::string>;

const std::string kHalf = R"("image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5])";

std::optional<nn::Preprocess> processed(const std::string &text, Notes *notes = nullptr)
{
    Notes mine;
    return weights::transformersPreprocess(json::parse("{" + kHalf + text + "}"), notes ? *notes : mine);
}

} // namespace

class FolderDescriptionTest : public QObject {
    Q_OBJECT

private slots:
    void a_resnets_processor_scales_to_the_edge_by_the_share_of_the_crop()
    {
        const auto how = processed(R"(, "crop_pct": 0.875, "size": {"shortest_edge": 224})");
        QVERIFY(how);
        QCOMPARE(how->resize, 256);
        QCOMPARE(how->crop, 224);
        QCOMPARE(how->mean[0], 0.5f);
        QCOMPARE(how->source, std::string("preprocessor_config.json"));
        QVERIFY(!how->isAssumed);
        QCOMPARE(processed(R"(, "size": 224, "image_processor_type": "ConvNextImageProcessor")")->resize, 256);
    }

    void a_size_and_a_crop_are_taken_as_they_are()
    {
        const auto how = processed(R"(, "size": {"shortest_edge": 248}, "crop_size": {"height": 224, "width": 224})");
        QCOMPARE(how->resize, 248);
        QCOMPARE(how->crop, 224);
    }

    void both_sides_squash_the_picture_and_pillows_numbers_name_the_filter()
    {
        const auto how = processed(R"(, "size": {"height": 224, "width": 224}, "resample": 3)");
        QCOMPARE(how->squash, (std::array{224, 224}));
        QCOMPARE(how->crop, 224);
        QCOMPARE(how->interpolation, nn::Interpolation::Bicubic);
        QCOMPARE(processed(R"(, "size": 224, "resample": 0)")->interpolation, nn::Interpolation::Nearest);
        const auto large = processed(R"(, "size": {"shortest_edge": 384}, "crop_pct": 0.95)");
        QCOMPARE(large->squash, (std::array{384, 384})); // from 384 on ConvNext's processor warps
    }

    void what_resLens_does_otherwise_is_told()
    {
        Notes notes;
        QVERIFY(processed(R"(, "size": {"height": 224, "width": 320}, "do_resize": false, "resample": 9)", &notes));
        QCOMPARE(notes,
                 (Notes{"the network saw 320 x 224 pixels in training; ResLens shows it the square in their centre",
                        "pictures were not resized in training; ResLens resizes them to the network's input",
                        "resample is '9', which ResLens does not know; pictures are resized bilinearly"}));
        notes.clear();
        QVERIFY(processed(R"(, "size": {"shortest_edge": 384}, "do_center_crop": false, "crop_size": 224,
                             "image_processor_type": "BitImageProcessor")",
                          &notes));
        QCOMPARE(notes, (Notes{"pictures of any shape were whole in training, with a shorter side of 384 pixels; "
                               "ResLens squashes them to a square"}));
    }

    void another_factor_of_pixels_goes_into_mean_and_deviation()
    {
        const auto raw = processed(R"(, "size": 224, "do_rescale": false)");
        QCOMPARE(raw->range, 255);
        QCOMPARE(raw->mean[0], 0.5f);
        const auto signedPixels = processed(R"(, "size": 224, "rescale_factor": 0.00784313725490196)"); // 1/127.5
        QCOMPARE(signedPixels->mean[0], 0.25f);
        QCOMPARE(signedPixels->deviation[0], 0.25f);
        const auto plain = processed(R"(, "size": 224, "do_normalize": false)");
        QCOMPARE(plain->mean[0], 0.0f);
        QCOMPARE(plain->deviation[0], 1.0f);
    }

    void what_cannot_be_understood_is_not_taken()
    {
        QVERIFY(!processed(""));
        QVERIFY(!processed(R"(, "size": {"height": 224, "width": 0})"));
        QVERIFY(!processed(R"(, "size": -1)"));
        QVERIFY(!processed(R"(, "size": 1e300)"));
        QVERIFY(!processed(R"(, "size": 224, "rescale_factor": 0)"));
        Notes notes;
        QVERIFY(!weights::transformersPreprocess(json::parse(R"({"size": 224, "image_mean": [0.5], "image_std": "x"})"),
                                                 notes));
    }

    void timm_writes_it_into_its_configuration()
    {
        const std::string cfg = R"({"input_size": [3, 224, 224], "crop_pct": 0.95, "interpolation": "bicubic",
                                    "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]})";
        for (const std::string &text : {cfg, R"({"architecture": "resnet18", "pretrained_cfg": )" + cfg + "}"}) {
            Notes notes;
            const auto how = weights::timmPreprocess(json::parse(text), notes);
            QVERIFY(how);
            QCOMPARE(how->resize, 235);
            QCOMPARE(how->crop, 224);
            QCOMPARE(how->mean[0], 0.485f);
            QCOMPARE(how->interpolation, nn::Interpolation::Bicubic);
            QVERIFY(!how->isSquashed());
            QVERIFY(notes.empty());
        }
        Notes notes;
        const auto squashed =
            weights::timmPreprocess(json::parse(R"({"input_size": [3, 224, 224], "crop_pct": 1.0, "crop_mode": "squash",
                            "mean": [0, 0, 0], "std": [1, 1, 1], "interpolation": "random"})"),
                                    notes);
        QCOMPARE(squashed->squash, (std::array{224, 224}));
        QVERIFY(notes.empty());
    }
};

QTEST_GUILESS_MAIN(FolderDescriptionTest)
#include "folder_description_test.moc"
